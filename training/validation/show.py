"""Here we show a validation in a terminal: the model beside the simple ones, window by window, and what falls short."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from training.evaluate import Interval
from training.validation.delayed import SAID_BY, Delayed
from training.validation.differences import Differences
from training.validation.fold import MODEL, Seconds
from training.validation.in_queue import InQueue
from training.validation.measured import Measured
from training.validation.result import Validation
from triage.words import Text

if TYPE_CHECKING:
    from rich.console import Console

NOT_TOLD = Text("går ej att avgöra", "cannot tell")
NAMES = {
    "prior_reports": Text("tidigare anm.", "prior reports"),
    "point_score": Text("poängkort", "point score"),
    "logistic": Text("logistisk", "logistic"),
    "ebm": Text("glaslåda", "glass box"),
    MODEL: Text("modell", "model"),
}
"""What each score is called."""
HEADS = {
    "windows": Text("AUC, per prövad period från", "AUC, tested window from"),
    "all": Text("alla perioder", "all windows"),
    "precision": Text("andel rätt", "precision"),
    "slope": Text("lutning", "slope"),
    "beside": Text("modellen jämförd med", "the model beside"),
    "gain": Text("vinst i AUC", "gain in AUC"),
    "interval": Text("95 % intervall", "95 % interval"),
    "figure": Text("mått", "figure"),
    "first": Text("första", "first"),
    "second": Text("andra", "second"),
    "change": Text("skillnad", "change"),
    "matters": Text("av betydelse", "matters"),
}
OTHER_DATA = Text(
    "De två körningarna läste olika data: siffrorna gäller olika anmälningar.",
    "The two runs read different data: their figures speak of different reports.",
)
QUEUE = Text(
    "{outcome}: bland de första {capacity:.0%} av alla {n} anmälningar {precision}, mot {base} bland alla ({lift} gånger)",
    "{outcome}: among the first {capacity:.0%} of all {n} reports {precision}, against {base} among all ({lift} times)",
)
QUEUE_KNOWN = Text(
    "  bland de {known} med känt utfall {precision}, mot {base} ({lift} gånger; ingen ordning kan lyfta mer än {most})",
    "  among the {known} with a known outcome {precision}, against {base} ({lift} times; no order can lift more than {most})",
)
QUEUE_TRUTH = Text(
    "  generatorns egen sannolikhet, utredd eller inte: {precision}, mot {base} ({lift} gånger)",
    "  by the generator's own probability, investigated or not: {precision}, against {base} ({lift} times)",
)
SOONER = Text(
    "om enheten läser {unit} anmälningar per arbetsdag ({how}) läses de med behov i medeltal {first_come} dagar tidigare än i "
    "turordning och {historical} dagar tidigare än i den ordning som enheten beslutade i ({needs} med behov bland {n} prövade, "
    "i en kö där det kommer in {load} av vad som hinner läsas)",
    "if the unit reads {unit} reports on a working day ({how}), those with need are read on average {first_come} days sooner than "
    "first come first served, and {historical} days sooner than in the order in which the unit decided ({needs} with need among "
    "{n} tested, in a queue to which {load} of what can be read comes in)",
)
CEILING = Text(
    "taket: generatorns egen sannolikhet har AUC {ceiling}",
    "ceiling: the generator's own probability has AUC {ceiling}",
)
LEAST_REGRET = Text("minst att ångra i senare perioder: {name}", "least regret over later windows: {name}")
WEAK = Text("svag del: {text}", "weak slice: {text}")
TOOK = Text(
    "{whole:.0f} s: {fitting:.0f} s i LightGBM:s egen anpassning; utöver det {overhead:.0%} av den för vår kod (inställningar, "
    "kalibrering, uppskattningar) och {beside:.0%} för de enkla modellernas anpassning, tillsammans {all:.0%}",
    "{whole:.0f} s: {fitting:.0f} s inside LightGBM's own fit; beyond it {overhead:.0%} of that in our code (search, "
    "calibration, scoring) and {beside:.0%} fitting the simple models, together {all:.0%}",
)
NOT_ASKED = Text(
    "kravet frågar inte efter det, men provet {code} klarades inte: {text}",
    "the bar does not ask for it, but the probe {code} was not passed: {text}",
)
CLEARED = Text("kravet {digest} är uppfyllt", "the bar {digest} is cleared")
SHORT = Text("kravet {digest} är INTE uppfyllt:", "the bar {digest} is NOT cleared:")
NEXT = Text(
    "Nästa steg: validation.json har siffrorna bakom varje punkt. Ändra planen (--config) eller data och träna igen; triage compare "
    "säger vad som ändrades. Ett krav som sänks när siffrorna är kända syns: dess hash står i varje körning.",
    "Next: validation.json has the figures behind each point. Change the plan (--config) or the data and train again; triage compare "
    "says what changed. A bar that is lowered once the figures are known is seen: its hash stands in every run.",
)


def show_validation(console: Console, found: Validation, language: str) -> None:
    """Print a validation: warnings, windows, all together, what falls short of the bar."""
    for warning in found.warnings:
        console.print(warning.text.say(language), style="bold", highlight=False, markup=False)
    say = _speaker(language)
    names = [*(one.name for one in found.pooled.beside), MODEL]
    rows = [(str(period.fold.test.start.date()), *_window(period.measured, language)) for period in found.periods]
    _table(
        console,
        (say("windows"), *(NAMES[name].say(language) for name in names), say("precision"), say("slope")),
        [*rows, (say("all"), *_window(found.pooled, language))],
    )
    _table(
        console,
        (say("beside"), say("gain"), say("interval"), ""),
        [
            (NAMES[one.name].say(language), *_gain(one.gain, language), one.verdict.text.say(language))
            for one in found.pooled.beside
        ],
    )
    for line in _lines(found, language):
        console.print(line, markup=False, highlight=False)


def show_differences(console: Console, found: Differences, language: str) -> None:
    """Print two runs side by side, the differences that matter first."""
    if not found.same_data:
        console.print(OTHER_DATA.say(language), style="bold", highlight=False)
    say = _speaker(language)
    marks = {True: say("matters"), False: "", None: NOT_TOLD.say(language)}
    rows = [
        (one.figure, *(told(value, language) for value in (one.first, one.second)), told(one.change, language, "+"))
        for one in found.figures
    ]
    heads = tuple(say(name) for name in ("figure", "first", "second", "change"))
    _table(
        console,
        (*heads, ""),
        [(*row, marks[one.matters]) for row, one in zip(rows, found.figures, strict=True)],
    )
    for key, (first, second) in found.planned.items():
        console.print(f"· {key}: {first} → {second}", markup=False, highlight=False, soft_wrap=True)


def told(value: float | None, language: str, sign: str = "") -> str:
    """Write a figure with three decimals, a comma in Swedish, or that it cannot be told."""
    if value is None:
        return NOT_TOLD.say(language)
    text = f"{round(value, 3) + 0.0:{sign}.3f}"
    return text.replace(".", ",") if language == "sv" else text


def _decimal(value: float | None, language: str) -> str:
    """Write a figure with one decimal, or that it cannot be told."""
    if value is None:
        return NOT_TOLD.say(language)
    text = f"{round(value, 1) + 0.0:.1f}".replace("-", "\N{MINUS SIGN}")
    return text.replace(".", ",") if language == "sv" else text


def _speaker(language: str) -> Callable[[str], str]:
    """Give what says a head."""
    return lambda name: HEADS[name].say(language)


def _table(console: Console, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a plain table, numbers to the right."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for place, (head, *cells) in enumerate(zip(heads, *rows, strict=True)):
        table.add_column(_wrapped(head, cells), justify="right" if place else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _wrapped(head: str, cells: Sequence[str]) -> str:
    """Wrap the head of a column to what stands under it, between words."""
    return "\n".join(wrap(head, max(1, *map(len, (*head.split(), *cells)))))


def _window(measured: Measured, language: str) -> tuple[str, ...]:
    """Give one row: AUC of every score, the model's precision at capacity and slope."""
    aucs = [one.auc for one in measured.beside] + [measured.auc]
    figures = [None if auc is None else auc.value for auc in aucs]
    return tuple(told(value, language) for value in [*figures, measured.at_capacity.precision, measured.slope])


def _gain(gain: Interval | None, language: str) -> tuple[str, str]:
    """Give a gain and its interval."""
    if gain is None:
        return NOT_TOLD.say(language), ""
    value, low, high = (told(part, language, "+") for part in (gain.value, gain.low, gain.high))
    return value, f"{low} – {high}"


def _queue(queue: InQueue, capacity: float, language: str) -> Iterator[str]:
    """Say what is found among the reports read first."""
    countings = ((QUEUE, queue.came_true), (QUEUE_KNOWN, queue.investigated), (QUEUE_TRUTH, queue.truth))
    for text, found in countings:
        if found is not None:
            named = (
                ("precision", found.precision),
                ("base", found.base_rate),
                ("lift", found.lift),
                ("most", found.most),
            )
            figures = {name: told(value, language) for name, value in named}
            yield text.say(language).format(
                outcome=queue.outcome, capacity=capacity, n=queue.n, known=queue.known, **figures
            )


def _took(taken: Seconds, overhead: float, language: str) -> str:
    """Say what took how long, and what of it was ours."""
    beside = taken.beside / taken.fitting
    return TOOK.say(language).format(
        whole=taken.whole, fitting=taken.fitting, overhead=overhead, beside=beside, all=overhead + beside
    )


def _what_failed(found: Validation, figure: str, language: str) -> Iterator[str]:
    """Say what a probe found that falls short; any other figure says it itself."""
    probes = () if found.candidate is None else found.candidate.probes.results
    yield from (f"  {probe.text.say(language)}" for probe in probes if figure == f"probe_{probe.code}")


def _sooner(found: Delayed, language: str) -> str:
    """Say how much sooner reports with need are read, and at whose pace."""
    played, pace = found.delay, found.pace
    days = {name: _decimal(one, language) for name, one in played.saved.items()}
    figures = {"unit": _decimal(pace.unit, language), "load": f"{played.load:.0%}"}
    how = SAID_BY[pace.said_by].say(language)
    return SOONER.say(language).format(how=how, needs=played.needs, n=played.n, **figures, **days)


def _lines(found: Validation, language: str) -> Iterator[str]:
    """Say the rest in sentences."""
    taken = found.seconds
    yield from (line for queue in found.queues for line in _queue(queue, found.plan.capacity, language))
    if found.delay is not None:
        yield _sooner(found.delay, language)
    if found.ceiling is not None:
        yield CEILING.say(language).format(ceiling=told(found.ceiling, language))
    if found.ageing is not None:
        yield found.ageing.text.say(language)
    if found.choice is not None:
        yield LEAST_REGRET.say(language).format(name=NAMES[found.choice.chosen].say(language))
    for weak in () if found.candidate is None else found.candidate.weak.found:
        yield WEAK.say(language).format(text=weak.text.say(language))
    if found.candidate is not None:
        yield found.candidate.reasons.text.say(language)
    if taken.overhead is not None:
        yield _took(taken, taken.overhead, language)
    yield from _against_bar(found, language)


def _against_bar(found: Validation, language: str) -> Iterator[str]:
    """Say what falls short of the bar and what can be done, and which probes failed without being asked for."""
    short = found.shortfalls
    yield (SHORT if short else CLEARED).say(language).format(digest=found.plan.bar.digest()[:16])
    for one in short:
        yield f"· {one.text.say(language)}"
        yield from _what_failed(found, one.figure, language)
    if short:
        yield NEXT.say(language)
    for probe in () if found.candidate is None else found.candidate.probes.results:
        if probe.verdict != "passed" and probe.code not in found.plan.bar.probes:
            yield NOT_ASKED.say(language).format(code=probe.code, text=probe.text.say(language))
