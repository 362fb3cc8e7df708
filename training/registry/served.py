"""Here we ask a registered model, and let no row of a case into an error text.

MLflow quotes the rows it was given when they do not follow a model's signature. So the table is checked before MLflow sees it,
and what MLflow or the model says of a failure is replaced by words of our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from features.problems import Problem
from features.report import InputRefused
from triage.bundle import Purpose
from triage.errors import TriageError

if TYPE_CHECKING:
    import pandas as pd

TABLE = "table of reports"
COLUMNS = {
    "report_id": "string",
    "child_id": "string",
    "lane": "string",
    "state": "string",
    "probability": "double",
    "low": "double",
    "high": "double",
    "assessment": "string",
}
"""What a registered model answers with, in MLflow's types; ``assessment`` is the whole answer as a line of JSON."""


@dataclass(frozen=True)
class ServedModel:
    """A registered model; `training.registry.tracking.load_registered` gives one.

    Attributes
    ----------
    model : mlflow.pyfunc.PyFuncModel
    name, version : str
    bundle : str
        The bundle's digest.
    """

    model: Any
    name: str
    version: str
    bundle: str

    def __repr__(self) -> str:
        """Say which version of which bundle this is."""
        return f"ServedModel({self.name} {self.version}, bundle {self.bundle[:12]}; ask .assess(table))"

    def assess(self, table: pd.DataFrame, *, purpose: Purpose = "use") -> pd.DataFrame:
        """Answer reports.

        Parameters
        ----------
        table : pandas.DataFrame, shape (n, 1) or (n, 2)
            ``report`` and perhaps ``known``: the JSON of one report, and of what was known, per row. Other columns are
            not read.
        purpose : {"use", "evaluation"}
            For use the bundle needs the board's approval; rules run all the same.

        Returns
        -------
        pandas.DataFrame, shape (n, 8)
            What `COLUMNS` names, in the order of the rows; no number where there is no score.

        Raises
        ------
        InputRefused
            When there is no column ``report``, or there are two.
        TriageError
            When the model fails on the table as a whole; a broken report alone is an answer.
        """
        if purpose not in get_args(Purpose):
            msg = f"No such purpose: {purpose!r}. Use one of: {', '.join(get_args(Purpose))}."
            raise ValueError(msg)
        failure = ""
        rows = _rows(table)
        try:
            answers: pd.DataFrame = self.model.predict(rows, params={"purpose": purpose})
        except Exception as error:  # noqa: BLE001  whatever is said of a failure may quote a row
            failure = type(error).__name__
        else:
            return answers
        # Outside the handler, so that the quoting error does not travel along as this one's context.
        msg = (
            f"The model gave no answer to the table of {len(rows)} reports ({failure}; what it said is left out, for it may "
            "quote them). Ask with triage.assess_json, report by report, to see which one it is."
        )
        raise TriageError(msg)


def _rows(table: pd.DataFrame) -> pd.DataFrame:
    """Take the columns that are read, as objects: then nothing in a cell can fail the table as a whole."""
    import pandas as pd

    if not isinstance(table, pd.DataFrame):
        raise InputRefused((Problem(TABLE, None, None, "unreadable"),))
    problems = [
        Problem(TABLE, None, name, "unreadable" if times else "missing_column")
        for name in ("report", "known")
        if (times := list(table.columns).count(name)) > 1 or (name == "report" and not times)
    ]
    if problems:
        raise InputRefused(tuple(problems))
    return table[[name for name in ("report", "known") if name in table.columns]].astype(object)
