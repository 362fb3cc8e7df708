"""Here we turn the facts of a model card into rows and sentences, the same for both languages.

The first page is for a lay member of a board: shares are said as so many of a hundred. The full
record follows, with decimals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from features.codes import BBIC
from training.card.drawing import SMALL_BIN, bars, calibration, is_small, strip
from training.pages_words import Words

Facts = Mapping[str, Any]
Rows = list[Sequence[object]]


def card_view(facts: Facts, words: Words) -> dict[str, Any]:
    """Give the template everything it shows beside the plain facts."""
    return {
        "small": SMALL_BIN,
        "tested": _tested(facts, words),
        "pairs": _pairs(facts["figures"], words),
        "gain": _gain(facts["figures"], words),
        "first": _read_first(facts, words),
        "unknown": list(_unknown(facts, words)),
        "picture": calibration(facts["calibration"]),
        "bins": [_bin(each, words) for each in facts["calibration"]],
        "weights": _weights(facts["importance"], words),
        "data": _data(facts["data"], words),
        "parts": [_part(name, facts["split"][name], words) for name in ("train", "calibrate", "test")],
        "figures": _figures(facts["figures"], words),
        "features": [_feature(each, words) for each in facts["features"]],
        "checks": [
            (words.of(each), words(f"verdict.{each['verdict']}"), words.of(each["detail"])) for each in facts["checks"]
        ],
    }


def _tested(facts: Facts, words: Words) -> str:
    test = facts["split"]["test"]
    values = {"n": words.number(test["n"]), "positive": words.number(test["positive"])}
    if not test["n"]:
        return words("card.not_tested")
    return words(
        "card.tested", rate=words.hundred(test["positive"] / test["n"]), **values, since=test["from"], to=test["to"]
    )


def _pairs(figures: Facts, words: Words) -> list[dict[str, Any]]:
    """Compare the model with chance, a simple method and the best possible, in pairs of a hundred."""
    best = figures["ceiling"]["auc"]
    chance = {"value": words.hundred(0.5), "span": words("card.by_definition"), "strip": strip(0.5)}
    ceiling = {
        "value": words("card.not_known") if best is None else words.hundred(best),
        "span": words("card.no_span"),
        "strip": None if best is None else strip(best),
    }
    return [
        {"name": words("card.chance"), **chance},
        _pair(words("card.baseline", name=words.of(figures["baseline"]["name"])), figures["baseline"], words),
        _pair(words("card.model"), figures["model"], words),
        {"name": words("card.ceiling"), **ceiling},
    ]


def _pair(name: str, figures: Facts, words: Words) -> dict[str, Any]:
    low, high = words.hundred(figures["auc_low"]), words.hundred(figures["auc_high"])
    return {
        "name": name,
        "value": words.hundred(figures["auc"]),
        "span": words("card.span", low=low, high=high),
        "strip": strip(figures["auc"], figures["auc_low"], figures["auc_high"]),
    }


def _gain(figures: Facts, words: Words) -> str:
    gain, baseline = figures["gain"], words.of(figures["baseline"]["name"])
    span = {"low": words.hundred(gain["low"]), "high": words.hundred(gain["high"])}
    key = "more" if gain["auc"] >= 0 else "fewer"
    said = words(f"card.gain_{key}", n=words.hundred(abs(gain["auc"])), baseline=baseline, **span)
    return f"{said} {words('card.gain_unclear')}" if gain["low"] <= 0 <= gain["high"] else said


def _read_first(facts: Facts, words: Words) -> Rows:
    """Say what a unit finds when it reads only so many reports first."""
    figures, test = facts["figures"], facts["split"]["test"]
    rate = words.hundred(test["positive"] / test["n"]) if test["n"] else words("card.not_estimable")
    rows: Rows = [(words("card.chance"), rate, words.hundred(figures["capacity"]))]
    named = (
        (words("card.baseline", name=words.of(figures["baseline"]["name"])), "baseline"),
        (words("card.model"), "model"),
    )
    for name, key in named:
        found = figures[key]
        rows.append((name, words.hundred(found["precision_at_capacity"]), words.hundred(found["recall_at_capacity"])))
    return rows


def _unknown(facts: Facts, words: Words) -> Iterator[str]:
    """Say what nobody knows, in the order a board would ask."""
    data, count = facts["data"], words.number
    yield words("card.unknown_label", n=count(data["unknown_label"]), of=count(data["reports"]))
    yield words("card.immature", n=count(data["immature"]))
    yield words("card.aside", n=count(data["set_aside"]))
    yield words("card.abstains", n=words.hundred(facts["abstains"]["share"]), why=words.of(facts["abstains"]))
    if facts["fairness"]["state"] == "not_audited":
        yield f"{words('fairness.not_audited')} {words.of(facts['fairness'])}"
    if facts["figures"]["ceiling"]["auc"] is None:
        yield words("card.no_ceiling", why=words.of(facts["figures"]["ceiling"]["why"]))
    for check in facts["checks"]:
        if check["verdict"] != "passed":
            name, verdict = words.of(check), words(f"verdict.{check['verdict']}")
            yield words("card.check", name=name, verdict=verdict, detail=words.of(check["detail"]))


def _bin(each: Facts, words: Words) -> Sequence[object]:
    span = words("card.span", low=words.hundred(each["from"]), high=words.hundred(each["to"]))
    row = (span, words.number(each["n"]), words.hundred(each["mean_score"], 1))
    if is_small(each):
        return (*row, words("card.few"), "")
    low, high = words.hundred(each["low"], 1), words.hundred(each["high"], 1)
    return (*row, words.hundred(each["observed"], 1), words("card.span", low=low, high=high))


def _weights(importance: Sequence[Facts], words: Words) -> list[dict[str, Any]]:
    lengths = bars([each["share"] for each in importance])
    return [
        {"name": words.of(each), "share": words.hundred(each["share"], 1), "bar": length}
        for each, length in zip(importance, lengths, strict=True)
    ]


def _data(data: Facts, words: Words) -> Rows:
    counted = ("reports", "children", "households", "set_aside", "labelled", "positive", "unknown_label", "immature")
    return [
        (words("data.span"), words("card.span", low=data["span_from"], high=data["span_to"])),
        (words("data.units"), ", ".join(data["units"])),
        *((words(f"data.{name}"), words.number(data[name])) for name in counted),
        (words("data.base_rate"), words("card.of_hundred", n=words.hundred(data["base_rate"], 1))),
        (words("data.digest"), data["digest"]),
    ]


def _part(name: str, part: Facts, words: Words) -> Sequence[object]:
    rate = words.hundred(part["positive"] / part["n"], 1) if part["n"] else words("card.not_estimable")
    return (
        words(f"part.{name}"),
        part["from"],
        part["to"],
        words.number(part["n"]),
        words.number(part["positive"]),
        rate,
    )


def _figures(figures: Facts, words: Words) -> Rows:
    """List every figure with decimals, the model beside the baseline."""
    model, baseline, dash = figures["model"], figures["baseline"], words("card.not_measured")

    def auc(of: Facts) -> str:
        span = words("card.span", low=words.number(of["auc_low"], 3), high=words.number(of["auc_high"], 3))
        return f"{words.number(of['auc'], 3)} ({span})"

    both = ("precision_at_capacity", "recall_at_capacity")
    alone = ("average_precision", "brier", "slope", "intercept")
    return [
        (words("figure.auc"), auc(model), auc(baseline)),
        *((words(f"figure.{name}"), words.number(model[name], 3), words.number(baseline[name], 3)) for name in both),
        *((words(f"figure.{name}"), words.number(model[name], 3), dash) for name in alone),
    ]


def _feature(feature: Facts, words: Words) -> Sequence[object]:
    area = feature["bbic"]
    return (
        words.of(feature),
        feature["name"],
        words.or_same("measure", feature["unit"]),
        BBIC(area).label(words.language) if area in BBIC.values() else area,
        words.or_same("direction", feature["direction"]),
        words.of(feature["absent"]),
    )
