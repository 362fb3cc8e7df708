"""Here we serve a bundle through MLflow as a model from code: feature rows in, margin and probability out.

MLflow runs this file to load a registered model. Nothing is unpickled: the bundle is text and JSON, and
its hashes are checked. Assessments with duties and reasons come from `triage.assess`, not from here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel, PythonModelContext

from triage.bundle import load_bundle


class ServedBundle(PythonModel):
    """A bundle behind MLflow's door; for evaluation, as the board's approval is not known here."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load the bundle and check it."""
        self.bundle = load_bundle(context.artifacts["bundle"], purpose="evaluation")

    def predict(
        self,
        context: PythonModelContext,  # noqa: ARG002
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> pd.DataFrame:
        """Score feature rows.

        Parameters
        ----------
        context : PythonModelContext
        model_input : pandas.DataFrame, shape (n, k)
            Columns in any order; each of the registry's features.
        params : dict, optional
            Not used.

        Returns
        -------
        pandas.DataFrame
            ``margin`` and ``probability``, in the order of the rows.
        """
        values = model_input[list(self.bundle.facts.features)].to_numpy(dtype=np.float64)
        margin = np.asarray(self.bundle.booster.predict(values, raw_score=True, num_threads=1))
        probability = self.bundle.facts.calibration.probability(margin)
        return pd.DataFrame({"margin": margin, "probability": probability}, index=model_input.index)


set_model(ServedBundle())
