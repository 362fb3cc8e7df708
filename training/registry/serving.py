"""Here we serve a bundle through MLflow as a model from code: reports in, assessments out, as `triage.assess_json` gives them.

MLflow runs this file to load a registered model. Nothing is unpickled: the bundle is text and JSON, and its hashes are
checked. A bundle that may not be used gives no score, and the rules answer all the same.
"""

from __future__ import annotations

import math
import os
from dataclasses import replace
from typing import Any, get_args

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel, PythonModelContext

from features.problems import Problem
from features.report import NOTHING_KNOWN, InputRefused, Known, parse_known
from training.registry.served import COLUMNS
from triage.assessment import Assessment
from triage.bundle import Purpose, load_bundle
from triage.errors import BundleRefused
from triage.judge import AnyBundle, assess_json
from triage.law import load_law


class ServedBundle(PythonModel):
    """A bundle and the law behind MLflow's door."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load the bundle for every purpose, and keep MLflow from quoting rows where it refuses a table.

        ``model_config`` may name the log of decisions and hold the board's public key.
        """
        os.environ["MLFLOW_DISABLE_SCHEMA_DETAILS"] = "true"
        asked = {name: value or None for name, value in (context.model_config or {}).items()}
        folder = context.artifacts["bundle"]
        self.bundles = {purpose: _open(folder, purpose, asked) for purpose in get_args(Purpose)}
        self.law = load_law()

    def predict(
        self,
        context: PythonModelContext,  # noqa: ARG002
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Answer reports.

        Parameters
        ----------
        context : PythonModelContext
        model_input : pandas.DataFrame, shape (n, 1) or (n, 2)
            ``report`` and perhaps ``known``: JSON texts.
        params : dict, optional
            ``purpose``: "use", which demands the board's approval, or "evaluation".

        Returns
        -------
        pandas.DataFrame, shape (n, 8)
            What `training.registry.served.COLUMNS` names, in the order of the rows.
        """
        purpose = (params or {}).get("purpose", "use")
        if purpose not in self.bundles:
            msg = f"No such purpose: {purpose!r}. Use one of: {', '.join(self.bundles)}."
            raise ValueError(msg)
        known = model_input["known"] if "known" in model_input else [None] * len(model_input)
        answers = [
            self._answer(*texts, self.bundles[purpose]) for texts in zip(model_input["report"], known, strict=True)
        ]
        table = pd.DataFrame([_row(answer) for answer in answers], columns=list(COLUMNS), index=model_input.index)
        return table.astype({name: "float64" for name, kind in COLUMNS.items() if kind == "double"})

    def _answer(self, report: object, known: object, bundle: AnyBundle) -> Assessment:
        """Answer one report; a cell that is no text is a report that cannot be read."""
        held, problems = _known(known)
        answer = assess_json(report if isinstance(report, (str, bytes)) else "", held, bundle, self.law)
        return replace(answer, problems=(*answer.problems, *problems))


def _open(folder: str, purpose: Purpose, asked: dict[str, Any]) -> AnyBundle:
    """Load the bundle; a refusal is an answer, because rules run all the same."""
    try:
        return load_bundle(folder, purpose=purpose, log=asked.get("log"), board_key=asked.get("board_key"))
    except BundleRefused as refusal:
        return refusal


def _known(text: object) -> tuple[Known, tuple[Problem, ...]]:
    """Read what was known; an empty cell is nothing known, and of what cannot be read nothing is believed."""
    if text is None or text is pd.NA or (isinstance(text, float) and math.isnan(text)):
        return NOTHING_KNOWN, ()
    try:
        return parse_known(text if isinstance(text, (str, bytes)) else ""), ()
    except InputRefused as refused:
        return Known(complete=False), refused.problems


def _row(answer: Assessment) -> tuple[object, ...]:
    """Give one answer as a row of `COLUMNS`."""
    score = answer.score
    numbers = (None, None, None) if score is None else (score.probability, score.low, score.high)
    whole = answer.to_json()
    return (answer.report_id, answer.child_id, answer.lane.value, answer.model.state, *numbers, whole)


set_model(ServedBundle())
