"""Here we read the arguments of the verb that explains one report's estimate: its reasons, where they stand, and a picture."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from features.build import build_one
from features.report import NOTHING_KNOWN, parse_known, parse_report
from training import run as do
from training.cli import shared
from training.cli.shared import AsJson, InLanguage, Language
from training.explaining import draw_one
from training.pages.explain import explain_page
from training.terminal.reasons import show_reasons
from triage.bundle import load_bundle
from triage.judge import assess
from triage.law import load_law


def explain(
    report: Annotated[Path, typer.Argument(help="A report in JSON (- for standard input).")],
    bundle: Annotated[Path, typer.Option("--bundle", "-b", help="The bundle.")],
    evaluation: Annotated[
        bool, typer.Option("--evaluation", help="Load a bundle that no board has approved; every output is marked.")
    ] = False,
    known: Annotated[Path | None, typer.Option(help="JSON: what is recorded about the child.")] = None,
    svg: Annotated[Path | None, typer.Option(help="Draw the reasons here.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write it all as a self-contained page.")] = None,
    as_json: AsJson = False,
    lang: InLanguage = Language.SV,
) -> None:
    """Explain one report's estimate: each reason, where it stands in the file, and when it would be none."""
    model = load_bundle(bundle, purpose="evaluation" if evaluation else "use", log=do.log_beside(bundle))
    read = parse_report(sys.stdin.buffer.read() if str(report) == "-" else report.read_bytes())
    history = NOTHING_KNOWN if known is None else parse_known(known.read_bytes())
    answer = assess(read, history, model, load_law())
    drawn = answer.score is not None and (svg or html)
    picture = draw_one(model, build_one(read, history), language=lang.value) if drawn else None
    if svg is not None and picture is not None:
        shared.err.print(f"picture: {do.write_text(svg, picture)}", highlight=False)
    if html is not None:
        page = explain_page(answer.to_dict(), picture, language=lang.value, synthetic=model.facts.synthetic)
        shared.err.print(f"page: {do.write_text(html, page)}", highlight=False)
    data = {"model": answer.model.to_dict(), "score": answer.score and answer.score.to_dict()}
    shared.show(as_json, data, lambda: show_reasons(shared.out, answer, lang.value))


def register(app: typer.Typer) -> None:
    """Add the verb to the command."""
    app.command(
        "explain", epilog="Example: triage explain report.json --bundle run1/bundle --evaluation --html why.html"
    )(explain)
