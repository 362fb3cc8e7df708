"""Here we measure how good reasons are: exact, stable when the day moves, heavier than others, and few.

>>> from training.reason_quality import shown_share
>>> import numpy as np
>>> shown_share(np.array([[0.6, -0.3, 0.1]]), np.array([[True, True, False]])).round(2).tolist()
[0.9]
"""

from training.reason_quality.measures import delete, shown_share
from training.reason_quality.result import Deletion, ReasonQuality, Spread, Stability
from training.reason_quality.run import measure

__all__ = ["Deletion", "ReasonQuality", "Spread", "Stability", "delete", "measure", "shown_share"]
