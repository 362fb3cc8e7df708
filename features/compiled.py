"""Here we compile inner loops where numba is there: an extra that makes large work quicker and changes no number.

Whoever compiles a loop has the same answer without it too, and asks first: `available`, and whether the work is large
enough to be worth loading numba.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)


def available() -> bool:
    """Tell whether numba is there, by loading it; it takes a while the first time."""
    try:
        import numba  # noqa: F401
    except ImportError:
        return False
    return True


@cache
def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function of arrays and numbers, once; what was compiled is kept on the disk where that can be written to.

    Threads may run it side by side. Numbers are added up in the order written.

    Parameters
    ----------
    function : callable
        Of a module's own, written as numba reads it; it runs uncompiled too.

    Raises
    ------
    ImportError
        numba is not there; ask `available` first.
    """
    import numba

    try:
        return numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:  # nowhere to keep it
        return numba.njit(nogil=True)(function)


def frozen(array: NDArray[Number]) -> NDArray[Number]:
    """Give an array in one piece that is only read, whoever made it: a loop is compiled again for every kind of array."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view
