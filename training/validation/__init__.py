"""Here we validate a way of training: the same plan replayed at several moments of the past, and what it would have given.

::

    inputs ─► folds ─► each: tune │ grow │ calibrate │ score ─► kept ─► figures ─► bar
"""

from training.validation.candidate import Candidate, Offered, examine
from training.validation.result import Validation
from training.validation.run import backtest, validate

__all__ = ["Candidate", "Offered", "Validation", "backtest", "examine", "validate"]
