"""Here we search for slices of reports in which the model is weaker than its figures as a whole say.

A slice is one condition, or two, on what the columns say: a reporter, a range of ages, "unknown". Two things are looked at:

- calibration: the mean estimate lies above or below what was observed;
- order: the reports are put in order less well than the estimates themselves promise. A slice of reports that resemble each
  other has a small AUC without being weak, which is why the AUC is held against that promise and not against the whole.

What is wrong everywhere is no news of a slice, so the estimates are first put on the line that fits the whole.

Thousands of overlapping slices are looked at, and some must look weak by chance. Households are therefore cut into two
halves. One half proposes a few slices, strongest first, each time with what the earlier ones explain taken out. On the other
half those few are tested together: the largest of their statistics is compared with its distribution when the signs of whole
households are flipped at random (Rademacher). That holds the chance of any false finding at 5 % however much the slices
overlap and however alike the reports of one household are, and it wastes less than Holm or Benjamini-Yekutieli, which must
allow for the worst overlap. The intervals are simultaneous: they exclude 0 where the adjusted p is below 5 %.
"""

from training.weak_slices.conditions import Condition
from training.weak_slices.search import search
from training.weak_slices.slices import Slice, WeakSlices

__all__ = ["Condition", "Slice", "WeakSlices", "search"]
