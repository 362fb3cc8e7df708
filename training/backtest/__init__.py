"""Here we test scores as they would have been used: later in time, on other families, under the unit's capacity.

Every function takes plain arrays and dates, so that it runs on any table: see `rolling_origin`,
`check_split`, `matured`, `compare`, `delay`, `selective`, `ageing` and `choose_by_regret`.
"""

from training.backtest.ageing import ageing
from training.backtest.bounds import bounds
from training.backtest.capacity import at_share, each_day, overlap
from training.backtest.comparison import Verdict, compare
from training.backtest.delay import delay
from training.backtest.disjoint import check_split
from training.backtest.doubly_robust import doubly_robust
from training.backtest.drawing import split_picture
from training.backtest.folds import Fold, rolling_origin
from training.backtest.households import families, households
from training.backtest.maturity import State, check_matured, matured
from training.backtest.regret import choose_by_regret
from training.backtest.selective import selective
from training.backtest.turns import Part, Turn

__all__ = [
    "Fold",
    "Part",
    "State",
    "Turn",
    "Verdict",
    "ageing",
    "at_share",
    "bounds",
    "check_matured",
    "check_split",
    "choose_by_regret",
    "compare",
    "delay",
    "doubly_robust",
    "each_day",
    "families",
    "households",
    "matured",
    "overlap",
    "rolling_origin",
    "selective",
    "split_picture",
]
