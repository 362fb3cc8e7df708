"""Here we lay a card out in rows that can be compared: what it is, what it says, and which difference would matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from training.validation.differences import MATTERS
from triage.words import Text

Plain = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """One thing that a card says.

    Attributes
    ----------
    area, key : str
    label : Text
    value : str, int, float, bool or None
    limit : float or bool
        The smallest difference that matters; True where every difference does, False where none does by itself.
    """

    area: str
    key: str
    label: Text
    value: Any
    limit: float | bool


def rows(card: Plain) -> dict[str, Row]:
    """Lay out everything of a card that is compared, by key."""
    parts = (_outcome, _figures, _groups, _checks, _failures, _law, _features, _thresholds, _data, _model)
    return {row.key: row for part in parts for row in part(card)}


_NAMES = {
    "auc": Text("rätt ordnade par (AUC)", "pairs in the right order (AUC)"),
    "gain": Text("vinst mot den enkla metoden (AUC)", "gain over the simple method (AUC)"),
    "average_precision": Text("genomsnittlig precision", "average precision"),
    "precision_at_capacity": Text("precision bland dem som läses först", "precision among those read first"),
    "recall_at_capacity": Text("täckning bland dem som läses först", "recall among those read first"),
    "calibration_slope": Text("kalibreringens lutning", "calibration slope"),
    "calibration_intercept": Text("kalibreringens nivå", "calibration intercept"),
    "brier": Text("Brier", "Brier"),
    "base_rate": Text("andel med utfallet", "share with the outcome"),
}


def _outcome(card: Plain) -> Iterator[Row]:
    outcome = card["outcome"]
    yield Row("outcome", "outcome.name", Text("det som uppskattas", "what is estimated"), outcome["name"], True)
    horizon = Text("dagar fram till utfallet", "days to the outcome")
    yield Row("outcome", "outcome.horizon_days", horizon, outcome["horizon_days"], True)


def _figures(card: Plain) -> Iterator[Row]:
    """Give the figures of the last period, and those of all tested periods where there are any."""
    analyses = card["quantitative_analyses"]
    model = analyses["figures"]["model"]
    last = {
        "auc": model["auc"],
        "gain": analyses["figures"]["gain"]["auc"],
        "precision_at_capacity": model["precision_at_capacity"],
        "recall_at_capacity": model["recall_at_capacity"],
        "calibration_slope": model["slope"],
        "calibration_intercept": model["intercept"],
        "brier": model["brier"],
    }
    yield from _named("figures", last, Text("sista perioden", "last period"))
    if analyses["validation"]["state"] == "examined":
        yield from _named("pooled", _pooled(analyses["validation"]["pooled"]), Text("alla perioder", "all periods"))


def _pooled(found: Plain) -> dict[str, Any]:
    plain = {name: found[name] for name in ("gain", "calibration_slope", "calibration_intercept", "brier")}
    taken = {"precision_at_capacity": found["precision"], "recall_at_capacity": found["recall"]}
    return {"auc": _value(found["auc"])} | plain | taken


def _named(stem: str, figures: Plain, where: Text) -> Iterator[Row]:
    for name, value in figures.items():
        label = Text(f"{_NAMES[name].sv}, {where.sv}", f"{_NAMES[name].en}, {where.en}")
        yield Row("figures", f"{stem}.{name}", label, value, MATTERS[name])


def _groups(card: Plain) -> Iterator[Row]:
    """Give the figures of every unit and type of report, what is weak, and what the audit came to."""
    analyses = card["quantitative_analyses"]
    for one in analyses["validation"].get("groups", ()):
        label = Text(*(f"{_NAMES['auc'].say(of)}, {one['kind'][of]} {one[of]}" for of in ("sv", "en")))
        value = None if one["figures"] is None else _value(one["figures"]["auc"])
        yield Row("groups", f"groups.{one['by']}.{one['value']}.auc", label, value, MATTERS["auc"])
    for one in analyses["weak_slices"].get("found", ()):
        where = one["where"]
        label = Text(f"bekräftad svaghet: {where['sv']}", f"confirmed weakness: {where['en']}")
        yield Row("groups", f"weak.{one['measure']}.{where['en']}", label, "confirmed", limit=True)
    state = analyses["fairness"].get("verdict", analyses["fairness"]["state"])
    yield Row("groups", "fairness", Text("granskningen av grupper", "the audit of groups"), state, True)


def _checks(card: Plain) -> Iterator[Row]:
    for one in card["checks"]:
        yield Row("checks", f"checks.{one['code']}", Text(one["sv"], one["en"]), one["verdict"], True)
    for one in card["quantitative_analyses"]["probes"].get("results", ()):
        yield Row("checks", f"probes.{one['code']}", Text(one["sv"], one["en"]), one["verdict"], True)


def _failures(card: Plain) -> Iterator[Row]:
    for one in card["known_failures"]:
        label = Text(f"{one['number']}. {one['sv']}", f"{one['number']}. {one['en']}")
        yield Row("failures", f"failures.{one['number']}", label, one["verdict"], True)


def _law(card: Plain) -> Iterator[Row]:
    """Give the law data; the newest day on which the rules change says most to a reader."""
    law = card["law"]
    yield Row(
        "law",
        "law.fingerprint",
        Text("lagdatas fingeravtryck", "fingerprint of the law data"),
        law["fingerprint"],
        True,
    )
    yield Row(
        "law",
        "law.newest",
        Text("senaste ändringen av reglerna", "newest change of the rules"),
        max(law["versions"]),
        True,
    )


def _features(card: Plain) -> Iterator[Row]:
    for one in card["features"]:
        yield Row("features", f"features.{one['name']}", Text(one["sv"], one["en"]), "read", True)
    print_ = Text("uppgifternas fingeravtryck", "fingerprint of the features")
    yield Row("features", "features_fingerprint", print_, card["model_details"]["features_fingerprint"], False)


def _thresholds(card: Plain) -> Iterator[Row]:
    metrics, analyses = card["metrics"], card["quantitative_analyses"]
    yield Row(
        "thresholds",
        "prioritise_at",
        Text("gräns för Prioriteras", "limit of Prioritise"),
        metrics["prioritise_at"],
        0.01,
    )
    yield Row(
        "thresholds",
        "capacity",
        Text("andel som kan läsas först", "share that can be read first"),
        metrics["capacity"],
        0.01,
    )
    widest = Text("bredaste intervall som är en uppskattning", "widest interval that is an estimate")
    yield Row("thresholds", "widest", widest, analyses["intervals"]["widest"], 0.01)
    abstains = Text("andel som modellen avstår från", "share on which the model abstains")
    yield Row("thresholds", "abstains", abstains, analyses["abstains"]["share"], 0.02)


def _data(card: Plain) -> Iterator[Row]:
    data = card["training_data"]
    named = {
        "units": Text("enheter", "units"),
        "span_from": Text("anmälningar från", "reports from"),
        "span_to": Text("uppgifter till", "data to"),
        "reports": Text("antal anmälningar", "number of reports"),
        "unknown_label": Text("anmälningar utan känt utfall", "reports without a known outcome"),
    }
    for name, label in named.items():
        value = ", ".join(data[name]) if name == "units" else data[name]
        yield Row("data", f"data.{name}", label, value, name == "units")
    yield Row("data", "data.base_rate", _NAMES["base_rate"], data["base_rate"], MATTERS["base_rate"])
    digest = Text("datas fingeravtryck", "fingerprint of the data")
    yield Row("data", "data_digest", digest, card["model_details"]["data_digest"], False)


def _model(card: Plain) -> Iterator[Row]:
    details = card["model_details"]
    for one in (*details["parameters"], {"name": "seed", "value": details["seed"]}):
        label = Text(f"inställning {one['name']}", f"setting {one['name']}")
        yield Row("model", f"parameters.{one['name']}", label, one["value"], False)
    for one in details["versions"]:
        label = Text(f"version av {one['name']}", f"version of {one['name']}")
        yield Row("model", f"versions.{one['name']}", label, one["version"], False)


def _value(interval: Plain | None) -> float | None:
    return None if interval is None else interval["value"]
