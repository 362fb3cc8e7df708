"""Here we make a synthetic municipality whose truth is known, so that every check can be tested against it.

Nothing in it says anything about Swedish children: the margins lie within published figures, all
else is assumption. Pseudonyms begin with ``syn-``.
"""

from training.synthetic.margins import Margins
from training.synthetic.municipality import Municipality, municipality
from training.synthetic.settings import Plants, Settings

__all__ = ["Margins", "Municipality", "Plants", "Settings", "municipality"]
