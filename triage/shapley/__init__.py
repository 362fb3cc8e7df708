"""Here we say exactly what each feature adds to a model's margin: path-dependent Shapley values of any LightGBM trees."""

from triage.shapley.door import explain, prepare
from triage.shapley.explained import Explained, Explainer

__all__ = ["Explained", "Explainer", "explain", "prepare"]
