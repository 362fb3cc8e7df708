"""Here we write what was measured: on the last period, in every period replayed, by unit, and against other outcomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from training.card.blocks import NOT_DRAWN, Block, Bullets, Cell, Heading, Paragraph, Picture, Table
from training.card.drawing import SMALL_BIN, bars, calibration, is_small, strip
from training.words import Words

Facts = Mapping[str, Any]
Row = tuple[Cell, ...]


def figures(facts: Facts, words: Words) -> Iterator[Block]:
    """Give the figures."""
    analyses = facts["quantitative_analyses"]
    yield from _last_period(facts, words)
    yield from _validation(analyses["validation"], words)
    yield from _calibration(analyses, words)
    yield from _importance(analyses["importance"], words)
    yield from _abstains(analyses["abstains"], words)
    yield from _abstained(analyses["abstained"], words)


def strip_cell(share: float, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    """Draw an AUC and its interval on a line from chance to every pair in order."""
    return {"kind": "strip", **strip(share, low, high)}


def _last_period(facts: Facts, words: Words) -> Iterator[Block]:
    """Give the figures of the last period, beside chance, a simple method and the best possible."""
    held, test = facts["quantitative_analyses"]["figures"], facts["split"]["test"]
    yield Heading(3, words("card.figures"))
    yield Paragraph(f"{_tested(test, words)} {words('card.pairs_text')}")
    heads = tuple(words(f"card.{head}") for head in ("method", "value", "interval", "strip"))
    yield Table(words("card.pairs"), heads, tuple(_pairs(held, words)), (1,))
    yield Paragraph(_gain(held, words) + " " + words.of(held["ceiling"]["why"]))
    capacity = facts["metrics"]["capacity"]
    heads = (words("card.method"), words("card.precision"), words("card.recall"))
    first = tuple(_read_first(held, test, capacity, words))
    yield Table(words("card.read_first", n=words.hundred(capacity)), heads, first, (1, 2))
    yield Paragraph(words("card.no_interval"))
    heads = (words("card.figure"), words("card.model"), words.of(held["baseline"]["name"]))
    yield Table(words("card.figures_caption"), heads, _decimals(held, words), (1, 2))


def _tested(test: Facts, words: Words) -> str:
    if not test["n"]:
        return words("card.not_tested")
    values = {"n": words.number(test["n"]), "positive": words.number(test["positive"])}
    rate = words.hundred(test["positive"] / test["n"])
    return words("card.tested", rate=rate, **values, since=test["from"], to=test["to"])


def _pairs(held: Facts, words: Words) -> Iterator[Row]:
    """Compare in pairs of a hundred."""
    best = held["ceiling"]["auc"]
    yield (words("card.chance"), words.hundred(0.5), words("card.by_definition"), strip_cell(0.5))
    yield _pair(words("card.baseline", name=words.of(held["baseline"]["name"])), held["baseline"], words)
    yield _pair(words("card.model"), held["model"], words)
    value = words("card.not_known") if best is None else words.hundred(best)
    yield (words("card.ceiling"), value, words("card.no_span"), NOT_DRAWN if best is None else strip_cell(best))


def _pair(name: str, of: Facts, words: Words) -> Row:
    low, high = of["auc_low"], of["auc_high"]
    span = words("card.span", low=words.hundred(low), high=words.hundred(high))
    return (name, words.hundred(of["auc"]), span, strip_cell(of["auc"], low, high))


def _gain(held: Facts, words: Words) -> str:
    gain, baseline = held["gain"], words.of(held["baseline"]["name"])
    span = {"low": words.hundred(gain["low"]), "high": words.hundred(gain["high"])}
    key = "more" if gain["auc"] >= 0 else "fewer"
    said = words(f"card.gain_{key}", n=words.hundred(abs(gain["auc"])), baseline=baseline, **span)
    return f"{said} {words('card.gain_unclear')}" if gain["low"] <= 0 <= gain["high"] else said


def _read_first(held: Facts, test: Facts, capacity: float, words: Words) -> Iterator[Row]:
    """Say what a unit finds when it reads only so many reports first."""
    rate = words.hundred(test["positive"] / test["n"]) if test["n"] else words("card.not_estimable")
    yield (words("card.chance"), rate, words.hundred(capacity))
    baseline = words("card.baseline", name=words.of(held["baseline"]["name"]))
    for name, key in ((baseline, "baseline"), (words("card.model"), "model")):
        found = held[key]
        yield (name, words.hundred(found["precision_at_capacity"]), words.hundred(found["recall_at_capacity"]))


def _decimals(held: Facts, words: Words) -> tuple[Row, ...]:
    """List every figure with decimals, the model beside the baseline."""
    model, baseline, dash = held["model"], held["baseline"], words("card.not_measured")

    def auc(of: Facts) -> str:
        span = words("card.span", low=words.number(of["auc_low"], 3), high=words.number(of["auc_high"], 3))
        return f"{words.number(of['auc'], 3)} ({span})"

    both = ("precision_at_capacity", "recall_at_capacity")
    alone = ("average_precision", "brier", "slope", "intercept")
    return (
        (words("figure.auc"), auc(model), auc(baseline)),
        *((words(f"figure.{name}"), words.number(model[name], 3), words.number(baseline[name], 3)) for name in both),
        *((words(f"figure.{name}"), words.number(model[name], 3), dash) for name in alone),
    )


def _validation(found: Facts, words: Words) -> Iterator[Block]:
    """Say how the way of training did when replayed at several moments of the past."""
    yield Heading(3, words("card.validation"))
    if found["state"] == "not_examined":
        yield Paragraph(words.of(found["why"]), note=True)
        return
    yield from (Paragraph(words.of(warning), note=True) for warning in found["warnings"])
    yield Paragraph(
        words("card.validation_text", n=words.number(len(found["periods"]))) + " " + _bar(found["bar"], words)
    )
    yield from _measured_tables(found, words)
    yield from _across(found, words)


def _bar(bar: Facts, words: Words) -> str:
    """Say whether the bar was cleared that was hashed before anything was measured."""
    short = " ".join(words.of(one) for one in bar["shortfalls"])
    return words("card.bar_failed" if short else "card.bar_cleared", digest=bar["digest"][:16], short=short)


def _measured_tables(found: Facts, words: Words) -> Iterator[Block]:
    """Give one table by period, one by unit and type of report, and one by outcome."""
    heads = ("reports", "known", "pairs_interval", "strip", "precision", "recall", "slope")
    columns = tuple(words(f"column.{head}") for head in heads)
    periods = [(words("card.span", low=one["from"], high=one["to"]), one) for one in found["periods"]]
    rows = [_measured(name, one, words) for name, one in [*periods, (words("card.all_periods"), found["pooled"])]]
    yield Table(words("card.by_period"), (words("column.period"), *columns), tuple(rows), (1, 2, 5, 6, 7))
    groups = [(f"{words.of(one['kind'])}: {words.of(one)}", one) for one in found["groups"]]
    if groups:
        rows = [_measured(name, one["figures"], words, one["n"]) for name, one in groups]
        yield Table(words("card.by_group"), (words("column.group"), *columns), tuple(rows), (1, 2, 5, 6, 7))
    others = [(_outcome(one, words), one) for one in found["others"]]
    if others:
        rows = [_measured(name, one["figures"], words) for name, one in others]
        yield Table(words("card.by_outcome"), (words("column.outcome"), *columns), tuple(rows), (1, 2, 5, 6, 7))
    beside = tuple(_beside(one, words) for one in found["beside"])
    named = tuple(words(f"column.{head}") for head in ("method", "pairs_interval", "gain_interval", "verdict"))
    yield Table(words("card.beside"), named, beside)


def _measured(name: str, found: Facts | None, words: Words, n: int | None = None) -> Row:
    """Give one row of figures, or say that there are too few known outcomes."""
    if found is None:
        few = words("card.too_few")
        return (name, few if n is None else words.number(n), few, few, NOT_DRAWN, few, few, few)
    auc, told = found["auc"], words.or_dash
    return (
        name,
        words.number(found["n"]),
        words.number(found["known"]),
        _interval(auc, words),
        NOT_DRAWN if auc is None else strip_cell(auc["value"], auc["low"], auc["high"]),
        told(found["precision"], hundred=True),
        told(found["recall"], hundred=True),
        told(found["calibration_slope"]),
    )


def _interval(found: Facts | None, words: Words, *, sign: bool = False) -> str:
    """Say a figure of a hundred with its interval."""
    if found is None:
        return words("card.not_estimable")
    value, low, high = (words.number(100 * found[name], 0, sign=sign) for name in ("value", "low", "high"))
    return f"{value} ({words('card.span', low=low, high=high)})"


def _outcome(one: Facts, words: Words) -> str:
    who = words("card.unit_decides" if one["self_deciding"] else "card.others_decide")
    return f"{words.of(one)} ({who})"


def _beside(one: Facts, words: Words) -> Row:
    name = words.or_same("method", one["name"])
    return (name, _interval(one["auc"], words), _interval(one["gain"], words, sign=True), words.of(one))


def _across(found: Facts, words: Words) -> Iterator[Block]:
    """Say what is seen across periods: ageing, alikeness, regret, and what holds whatever the unknown outcomes are."""
    said = [words.of(found["everyone"])]
    said += [_bound(one, words) for one in found["everyone"]["bounds"] if one["low"] is not None]
    said.append(_delay(found["delay"], words))
    ageing, choice = found["ageing"], found["choice"]
    said.append(words.of(ageing["why"] if ageing["state"] == "not_examined" else ageing["text"]))
    for one in found["overlaps"]:
        share, of = words.hundred(one["jaccard"]), words.number(one["k"])
        said.append(words("card.overlap", window=words.number(one["window"]), n=share, of=of))
    if choice["state"] == "examined":
        regrets = "; ".join(
            f"{words.or_same('method', one['name'])} {words.hundred(one['regret'], 1)}" for one in choice["regrets"]
        )
        said.append(words("card.regret", chosen=words.or_same("method", choice["chosen"]), regrets=regrets))
    yield Bullets(tuple(said))


def _delay(found: Facts, words: Words) -> str:
    """Say how much sooner reports with need are read, and at whose pace; or that nobody knows the pace."""
    if found["state"] == "not_examined":
        return words.of(found["why"])
    days = {
        order: "\N{EN DASH}" if found[order] is None else words.number(found[order], 1)
        for order in ("first_come", "historical")
    }
    counts = {name: words.number(found[name]) for name in ("needs", "n")}
    unit, load = words.number(found["unit_per_day"], 1), words.hundred(found["load"])
    return words("card.delay", unit=unit, load=load, how=words.of(found["how"]), **days, **counts)


def _bound(one: Facts, words: Words) -> str:
    low, high = words.hundred(one["low"]), words.hundred(one["high"])
    return words("card.bound", figure=words.or_same("bounded", one["figure"]), low=low, high=high)


def _calibration(analyses: Facts, words: Words) -> Iterator[Block]:
    """Say whether the estimate agrees with the outcome."""
    widths = analyses["intervals"]
    said = {name: words.hundred(widths[name], 1) for name in ("median", "most", "widest")}
    yield Heading(3, words("card.calibration"))
    yield Paragraph(words("card.calibrated", n=words.number(widths["n"])) + " " + words("card.widths", **said))
    yield Paragraph(words("card.calibration_text", n=words.number(SMALL_BIN)))
    yield Picture("calibration", words("card.calibration_picture"), calibration(analyses["calibration"]))
    heads = tuple(words(f"card.{head}") for head in ("bin", "reports", "mean", "observed", "interval"))
    rows = tuple(_bin(each, words) for each in analyses["calibration"])
    yield Table(words("card.calibration_table"), heads, rows, (1, 2, 3))


def _bin(each: Facts, words: Words) -> Row:
    span = words("card.span", low=words.hundred(each["from"]), high=words.hundred(each["to"]))
    row = (span, words.number(each["n"]), words.hundred(each["mean_score"], 1))
    if is_small(each):
        return (*row, words("card.few"), "")
    low, high = words.hundred(each["low"], 1), words.hundred(each["high"], 1)
    return (*row, words.hundred(each["observed"], 1), words("card.span", low=low, high=high))


def _importance(importance: list[Facts], words: Words) -> Iterator[Block]:
    """Say which facts weigh most."""
    yield Heading(3, words("card.importance"))
    yield Paragraph(words("card.importance_text"))
    lengths = bars([each["share"] for each in importance])
    rows = tuple(
        (words.of(each), words.hundred(each["share"], 1), {"kind": "bar", "length": length})
        for each, length in zip(importance, lengths, strict=True)
    )
    heads = (words("card.fact"), words("card.share"), words("card.bar"))
    yield Table(words("card.importance"), heads, rows, (1,), quiet=True)


def _abstains(abstains: Facts, words: Words) -> Iterator[Block]:
    """Say when the model abstains, and how often it would have."""
    share = words.hundred(abstains["share"], 1)
    yield Heading(3, words("card.limits_of_use"))
    yield Paragraph(words("card.abstains", n=share, why=words.of(abstains)))
    each = [(words.of(one), words.hundred(one["share"], 1)) for one in abstains["reasons"]]
    caption = words("card.abstains_table", n=words.number(abstains["reports"]))
    rows = (*each, (words("card.all_reasons"), share))
    yield Table(caption, (words("card.why_abstains"), words("card.share")), rows, (1,))


def _abstained(part: Facts, words: Words) -> Iterator[Block]:
    """Give the share of each group on which the model says nothing, with its interval."""
    if part["state"] == "not_examined":
        yield Paragraph(words.of(part["why"]), note=True)
        return
    heads = tuple(words(f"column.{head}") for head in ("group", "reports", "households", "silent"))
    rows = tuple(
        (
            words.of(one["kind"]) if one["by"] == "all" else f"{words.of(one['kind'])}: {words.of(one)}",
            *(words("card.too_few") if one[key] is None else words.number(one[key]) for key in ("n", "households")),
            words("card.too_few") if one["share"] is None else _interval(one["share"], words),
        )
        for one in part["groups"]
    )
    yield Table(words("card.abstained"), heads, rows, (1, 2))
