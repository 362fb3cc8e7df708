"""Here we read what an audit on the command line is given: a case folder, or tables and a function from files."""

from __future__ import annotations

import csv
import importlib
import importlib.util
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from features.folder import FolderUnreadable
from training.leaks.inputs import Rebuild
from training.leaks.reading import TableRefused

if TYPE_CHECKING:
    import pandas as pd


def read_table(path: Path, text: Iterable[str] = ()) -> pd.DataFrame:
    """Read a Parquet or CSV file.

    Parameters
    ----------
    path : Path
    text : iterable of str
        Columns of a CSV that hold pseudonyms, codes or times and stay text, leading zeros and all.

    Raises
    ------
    FolderUnreadable
        When the file is no table.
    FileNotFoundError
    """
    import pandas as pd
    from pyarrow import ArrowException

    try:
        if path.suffix == ".csv":
            return pd.read_csv(path, dtype=dict.fromkeys(text, "str"), encoding="utf-8")
        return pd.read_parquet(path, engine="pyarrow")
    except FileNotFoundError:
        raise FileNotFoundError(2, "No such file", str(path)) from None
    except (ArrowException, OSError, ValueError, csv.Error) as error:
        msg = (
            f"{path.name} cannot be read as a table ({type(error).__name__}). Export it again as UTF-8 CSV or Parquet."
        )
        raise FolderUnreadable(msg) from None


def find_rebuild(where: str) -> Rebuild:
    """Find the function that builds features.

    Parameters
    ----------
    where : str
        ``module:function``, or ``file.py:function``.

    Raises
    ------
    TableRefused
        When there is no such module or function.
    """
    place, _, name = where.rpartition(":")
    found = getattr(_module(place), name, None) if place else None
    if not callable(found):
        msg = f"--rebuild: {where!r} names no function. Write module:function or file.py:function."
        raise TableRefused(msg)
    make: Rebuild = found
    return make


def _module(place: str) -> ModuleType | None:
    """Import a module by its name, or a file by its path; None where there is neither."""
    if not place.endswith(".py"):
        try:
            return importlib.import_module(place)
        except ModuleNotFoundError as missing:
            if not f"{place}.".startswith(f"{missing.name}."):
                raise
            return None
    spec = importlib.util.spec_from_file_location(Path(place).stem, place)
    if spec is None or spec.loader is None or not Path(place).is_file():
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
