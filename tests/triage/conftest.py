"""Here we make what the tests of judgement share: reports, histories, a tiny real bundle, and every way of breaking it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import lightgbm
import numpy as np
import pytest
from jsonschema import Draft202012Validator

from features.build import REGISTRY, fingerprint
from features.codes import Concern, ConcernStatus, Exposure, Perpetrator, ReferralType, Reporter, YesNo
from features.event_codes import EventKind, Instrument, Rater
from features.report import Event, Known, Report, ReportedConcern, Score
from features.schema import FACTS
from triage.assessment import schema
from triage.bundle import Bundle, load_bundle, write_bundle
from triage.bundle_facts import BundleFacts
from triage.chain import Head
from triage.decisions import Approval, Decision
from triage.errors import BundleRefused
from triage.law import Law, load_law
from triage.shapley import Explained
from triage.support import Support
from triage.venn_abers import VennAbers
from triage.words import Text

UNITS = ("north", "south", *(f"syn-unit-{number}" for number in range(1, 6)))
STOCKHOLM = ZoneInfo("Europe/Stockholm")

# ---------------------------------------------------------------- the law and single reports


@pytest.fixture(scope="session")
def law() -> Law:
    return load_law()


@pytest.fixture(scope="session")
def a_concern() -> Callable[..., ReportedConcern]:
    """Make a concern from its codes: ``a_concern("neglect", exposure="witnessed")``."""

    def make(concern: str, **fields: Any) -> ReportedConcern:
        codes = {"status": ConcernStatus, "exposure": Exposure, "perpetrator": Perpetrator}
        return ReportedConcern(concern=Concern(concern), **{name: codes[name](value) for name, value in fields.items()})

    return make


@pytest.fixture(scope="session")
def a_report(a_concern: Callable[..., ReportedConcern]) -> Callable[..., Report]:
    """Make a sound report; concerns are names or concerns, facts and codes are plain words."""

    def make(*concerns: str | ReportedConcern, received_at: str = "2025-09-01T09:00:00+02:00", **fields: Any) -> Report:
        codes = {"referral_type": ReferralType, "reporter": Reporter} | dict.fromkeys(
            ("anonymous", "feedback_requested", *FACTS), YesNo
        )
        plain = {"report_id": "r1", "child_id": "c1", "unit": "north", "reporter": "school"}
        plain |= {"referral_type": "child_concern_report"} | fields
        return Report(
            received_at=dt.datetime.fromisoformat(received_at),
            concerns=tuple(a_concern(one) if isinstance(one, str) else one for one in concerns),
            **{name: codes[name](value) if name in codes else value for name, value in plain.items()},
        )

    return make


@pytest.fixture(scope="session")
def an_event() -> Callable[..., Event]:
    """Make an event recorded when it happened, unless said otherwise."""

    def make(kind: str, at: str, **fields: Any) -> Event:
        times = {name: dt.datetime.fromisoformat(value) for name, value in fields.items() if name.endswith("_at")}
        happened = dt.datetime.fromisoformat(at)
        plain = {"child_id": "c1", "case_id": "k1", "recorded_at": happened}
        return Event(kind=EventKind(kind), happened_at=happened, **plain | fields | times)

    return make


@pytest.fixture(scope="session")
def witnessed(a_report: Callable[..., Report], a_concern: Callable[..., ReportedConcern]) -> Report:
    """A report that the child may have witnessed violence between its parents."""
    return a_report(a_concern("witnessed_violence", perpetrator="close_person"))


# ---------------------------------------------------------------- any report, any history

_IDS = st.sampled_from(["r1", "r2", "syn-r:3", "A.b_c/9"])
_ZONES = st.sampled_from([dt.UTC, STOCKHOLM, dt.timezone(dt.timedelta(hours=-5)), dt.timezone(dt.timedelta(hours=14))])
_START, _MINUTES = dt.datetime(2002, 1, 2, tzinfo=dt.UTC), 29 * 365 * 24 * 60
_ANSWERED = ("anonymous", "feedback_requested", *FACTS)
_CONCERNS = st.builds(
    ReportedConcern,
    concern=st.sampled_from(Concern),
    primary=st.booleans(),
    status=st.sampled_from(ConcernStatus),
    exposure=st.sampled_from(Exposure),
    perpetrator=st.sampled_from(Perpetrator),
)


# Strategies are made once: making them inside a draw would take most of a test's time.
_CHILDREN = st.sampled_from(["c1", "c2"])
_SEEN_UNITS = st.sampled_from(["north", "south", "elsewhere"])
_REFERRALS, _REPORTERS = st.sampled_from(ReferralType), st.sampled_from(Reporter)
_HOUSEHOLDS = st.sampled_from([None, "h1"])
_SAID = st.lists(_CONCERNS, max_size=3)
_WHEN = st.integers(0, _MINUTES)
_ANSWERS = st.integers(0, 3 ** len(_ANSWERED) - 1)
_MONTHS_OLD = st.none() | st.integers(2, 12 * 26)


@st.composite
def _reports(draw: st.DrawFn) -> Report:
    received = (_START + dt.timedelta(minutes=draw(_WHEN))).astimezone(draw(_ZONES))
    answers = draw(_ANSWERS)  # one draw for all: a dozen would be slow
    born = draw(_MONTHS_OLD)
    local = received.astimezone(STOCKHOLM)
    months = local.year * 12 + local.month - 1 - (born or 0)
    return Report(
        report_id=draw(_IDS),
        child_id=draw(_CHILDREN),
        received_at=received,
        unit=draw(_SEEN_UNITS),
        referral_type=draw(_REFERRALS),
        reporter=draw(_REPORTERS),
        household_id=draw(_HOUSEHOLDS),
        birth_month=None if born is None else f"{months // 12:04d}-{months % 12 + 1:02d}",
        concerns=tuple(draw(_SAID)),
        **{name: tuple(YesNo)[answers // 3**number % 3] for number, name in enumerate(_ANSWERED)},
    )


_OF_INVESTIGATIONS = [EventKind.INVESTIGATION_OPENED, EventKind.INVESTIGATION_CLOSED, EventKind.CASE_CLOSED]
_EVENTS = st.tuples(
    st.sampled_from([*_OF_INVESTIGATIONS * 5, *EventKind]),
    st.integers(-1200 * 24, 60 * 24),  # hours from the report to what happened
    st.sampled_from([0, 1, 30, 2000]),  # hours until it was recorded
    st.none() | st.integers(0, 900),  # days until it was withdrawn
    st.sampled_from(["same", "same", "c9"]),
    st.sampled_from(["k1", "k2", None]),
    st.integers(0, 3),
)


def _event(report: Report, drawn: tuple[Any, ...]) -> Event:
    kind, hours, later, withdrawn, child, case, which = drawn
    happened = report.received_at + dt.timedelta(hours=hours)
    recorded = happened + dt.timedelta(hours=later)
    details = kind.details.values() if kind.details is not None else None
    return Event(
        child_id=report.child_id if child == "same" else child,
        kind=kind,
        happened_at=happened,
        recorded_at=recorded,
        case_id=case,
        detail=None if details is None else details[which % len(details)],
        withdrawn_at=None if withdrawn is None else recorded + dt.timedelta(days=withdrawn),
    )


_PAIRS = st.tuples(
    _reports(),
    st.lists(_EVENTS, max_size=4),
    st.lists(st.integers(-1200, 40), max_size=2),  # days to other reports
    st.lists(st.tuples(st.sampled_from(Instrument), st.integers(0, 400)), max_size=1),
    st.sampled_from([True, True, True, False]),
)


def _pair(drawn: tuple[Any, ...]) -> tuple[Report, Known]:
    report, events, days, scores, complete = drawn
    earlier = tuple(
        replace(report, report_id=f"e{number}", received_at=report.received_at + dt.timedelta(days=day))
        for number, day in enumerate(days)
    )
    instruments = tuple(
        Score(
            child_id=report.child_id,
            instrument=instrument,
            rater=Rater.PARENT,
            completed_at=report.received_at - dt.timedelta(days=day),
            recorded_at=report.received_at - dt.timedelta(days=day - 1),
            total=20.0,
        )
        for instrument, day in scores
    )
    history = tuple(_event(report, event) for event in events)
    return report, Known(reports=earlier, events=history, instruments=instruments, complete=complete)


@pytest.fixture(scope="session")
def concerns() -> st.SearchStrategy[ReportedConcern]:
    """Any concern."""
    return _CONCERNS


@pytest.fixture(scope="session")
def reports() -> st.SearchStrategy[Report]:
    """Any whole report, received 2002 to 2030, in any offset."""
    return _reports()


@pytest.fixture(scope="session")
def pairs() -> st.SearchStrategy[tuple[Report, Known]]:
    """Any report with any history of its child: withdrawn, late, of other children, incomplete."""
    return _PAIRS.map(_pair)


# ---------------------------------------------------------------- a tiny real bundle


def _random_rows(rng: np.random.Generator, rows: int) -> np.ndarray:
    values = rng.poisson(0.4, size=(rows, len(REGISTRY.names))).astype(np.float64)
    for column, feature in enumerate(REGISTRY.features):
        if feature.unit == "flag":
            values[:, column] = np.minimum(values[:, column], 1)
        elif feature.unit in {"days", "months", "points"}:
            values[:, column] = rng.integers(0, 300, size=rows)
            values[rng.random(rows) < 0.4, column] = np.nan
    return values


@cache
def _model_text() -> str:
    """Grow a few trees that score witnessed violence lowest of all."""
    rng = np.random.default_rng(7)
    values = _random_rows(rng, 3000)
    at = {name: number for number, name in enumerate(REGISTRY.names)}
    push = values[:, at["acute_facts"]] + values[:, at["reports_90"]] + values[:, at["concern_neglect"]]
    push = push + values[:, at["concern_school"]] - 12 * values[:, at["concern_witnessed_violence"]] - 1.2
    label = rng.random(3000) < 1 / (1 + np.exp(-2 * push))
    params = {
        "objective": "binary", "num_leaves": 8, "learning_rate": 0.2, "min_data_in_leaf": 10,
        "seed": 7, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbosity": -1,
    }  # fmt: skip
    data = lightgbm.Dataset(values, label=label.astype(float), feature_name=list(REGISTRY.names), params=params)
    text: str = lightgbm.train(params, data, num_boost_round=40).model_to_string()
    return text


@pytest.fixture(scope="session")
def model_text() -> str:
    return _model_text()


def _calibration() -> VennAbers:
    """Give fine steps on either side of a logistic curve: 4 of 100 apart in the middle, 2 of 100 at the ends."""
    knots = np.arange(-6, 6, 0.05).round(2)
    curve = 1 / (1 + np.exp(-(1.3 * np.append(knots, 6.0) + 0.2)))
    away = 0.01 + 0.04 * curve * (1 - curve)
    at = tuple(knots.tolist())
    return VennAbers(at, tuple((curve - away).clip(0, 1).tolist()), at, tuple((curve + away).clip(0, 1).tolist()))


def _support() -> Support:
    """Let everything be seen; a test narrows what it needs."""
    codes = {"reporter": Reporter.values(), "referral_type": ReferralType.values(), "concerns": Concern.values()}
    many = len(REGISTRY.names)
    return Support(REGISTRY.names, (0.0,) * many, (5000.0,) * many, (True,) * many, {"unit": UNITS, **codes})


PRIORITISE_MARGIN = 0.158


@pytest.fixture(scope="session")
def facts(law: Law) -> BundleFacts:
    return _facts(law)


def tiny(folder: Path, card: dict[str, Any], **changes: Any) -> Path:
    """Write the tiny bundle with a card of one's own."""
    write_bundle(folder, _model_text(), replace(_facts(load_law()), **changes), card)
    return folder


def _facts(law: Law) -> BundleFacts:
    calibration = _calibration()
    return BundleFacts(
        name="tiny",
        features=REGISTRY.names,
        features_fingerprint=fingerprint(),
        law_fingerprint=law.fingerprint,
        data_digest="0" * 64,
        calibration=calibration,
        support=_support(),
        widest=0.1,
        outcome=Text("en utredning som leder till insats", "an investigation that leads to support"),
        horizon_days=180,
        prioritise_margin=PRIORITISE_MARGIN,
        prioritise_at=float(calibration.probability(np.array([PRIORITISE_MARGIN]))[0]),
        capacity=0.2,
        trained_from="2020-01-01",
        trained_to="2024-12-31",
        synthetic=True,
        seed=7,
        versions={"lightgbm": lightgbm.__version__},
    )


@pytest.fixture(scope="session")
def bundle_folder(tmp_path_factory: pytest.TempPathFactory, model_text: str, facts: BundleFacts) -> Path:
    """A bundle on disk that no test may touch; `a_bundle` gives a copy to break."""
    folder = tmp_path_factory.mktemp("bundles") / "tiny"
    write_bundle(folder, model_text, facts, {"title": "kort å card"})
    return folder


@pytest.fixture(scope="session")
def bundle(bundle_folder: Path) -> Bundle:
    """The tiny bundle, loaded for evaluation."""
    return load_bundle(bundle_folder, purpose="evaluation")


@pytest.fixture
def a_bundle(bundle_folder: Path, tmp_path: Path) -> Path:
    """A copy of the bundle, to break."""
    return Path(shutil.copytree(bundle_folder, tmp_path / "tiny"))


@pytest.fixture(scope="session")
def approve() -> Callable[..., Path]:
    """Write the board's decision into a bundle; a change of `ABSENT` leaves the field out."""

    def write(folder: Path, **changes: object) -> Path:
        plain = approval_of(folder).to_dict()
        plain["decision"] |= changes
        plain["decision"] = {name: value for name, value in plain["decision"].items() if value != ABSENT}
        (folder / "approval.json").write_text(json.dumps(plain), encoding="utf-8")
        return folder

    return write


ABSENT = "(absent)"


def approval_of(folder: Path, **changes: Any) -> Approval:
    """An approval of a bundle, as a board would give it."""
    digests = [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("MANIFEST.sha256", "card.json")]
    decision = Decision(
        decision="approved",
        by="The board",
        role="ethics board",
        at=dt.datetime(2025, 1, 10, 9, tzinfo=dt.UTC),
        minutes="2025-12/7",
        bundle=digests[0],
        card=digests[1],
        name="tiny",
        law=load_law().fingerprint,
        units=("north",),
        expires=dt.date(2025, 12, 31),
    )
    return Approval(replace(decision, **changes), Head(1, "0" * 64))


class Misbehaving:
    """An explainer that does something else than it should."""

    def __init__(self, does: Callable[[np.ndarray], Any]) -> None:
        self.does = does

    def explain(self, values: np.ndarray, **_: object) -> Any:
        return self.does(values)


def _raise(error: Exception) -> Callable[[np.ndarray], Any]:
    def does(values: np.ndarray) -> Any:
        raise error

    return does


def _full(number: float) -> Callable[[np.ndarray], Any]:
    def does(values: np.ndarray) -> Any:
        return Explained(np.full(len(values), number), np.full(values.shape, number), number)

    return does


MISBEHAVIOUR = {
    "raises RuntimeError": _raise(RuntimeError("boom")),
    "raises MemoryError": _raise(MemoryError()),
    "raises KeyError": _raise(KeyError("x")),
    "raises RecursionError": _raise(RecursionError()),
    "gives NaN": _full(np.nan),
    "gives contributions that do not add up": _full(1.0),
    "gives too few rows": lambda values: Explained(np.zeros(0), np.zeros((0, 3)), 0.0),
    "gives words": lambda values: Explained(["high"] * len(values), values, 0.0),  # type: ignore[arg-type]
    "gives nothing": lambda values: None,
}


@pytest.fixture(scope="session", params=MISBEHAVIOUR)
def bad_explainer(request: pytest.FixtureRequest, bundle: Bundle) -> Bundle:
    """A sound bundle whose model fails while scoring, in every way we could think of."""
    return replace(bundle, explainer=Misbehaving(MISBEHAVIOUR[request.param]))  # type: ignore[arg-type]


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def rewrite(folder: Path, **changes: object) -> None:
    """Change facts in bundle.json and write a manifest that fits."""
    path = folder / "bundle.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")
    names = ("bundle.json", "card.json", "model.txt")
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (folder / "MANIFEST.sha256").write_bytes("".join(lines).encode())


@pytest.fixture(scope="session")
def rewrite_facts() -> Callable[..., None]:
    return rewrite


_FILES = ("MANIFEST.sha256", "bundle.json", "card.json", "model.txt")
BREAK: dict[str, Callable[[Path], object]] = {
    **{f"{name} is missing": lambda folder, name=name: (folder / name).unlink() for name in _FILES},
    **{f"a byte of {name} was altered": lambda folder, name=name: _flip(folder / name) for name in _FILES},
    "a file was added": lambda folder: (folder / "model.pkl").write_bytes(b"x"),
    "a folder was added": lambda folder: (folder / "more").mkdir(),
    "the folder is not there": shutil.rmtree,
    "another schema": lambda folder: rewrite(folder, schema="urn:orosanmalan-triage:bundle:1"),
    "a fact too many": lambda folder: rewrite(folder, more=1),
    "features of another library": lambda folder: rewrite(folder, features_fingerprint="f" * 64),
    "the model has other features": lambda folder: rewrite(folder, features=["a", "b"]),
    "no approval": lambda folder: None,
}


@pytest.fixture(params=BREAK)
def broken_bundle(request: pytest.FixtureRequest, a_bundle: Path) -> BundleRefused:
    """The refusal of a bundle that was broken in one way."""
    BREAK[request.param](a_bundle)
    with pytest.raises(BundleRefused) as refused:
        load_bundle(a_bundle)
    return refused.value


# ---------------------------------------------------------------- a town, and the published schema


@pytest.fixture(scope="session")
def town() -> dict[str, Any]:
    """The tables of a small synthetic municipality; the only place here that looks into ``training``, and for data only."""
    from training.synthetic import Settings, municipality

    return dict(municipality(Settings(reports=800)).tables)


@pytest.fixture(scope="session")
def validator() -> Draft202012Validator:
    """Checks data against the published schema, formats too."""
    Draft202012Validator.check_schema(schema())
    return Draft202012Validator(schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)
