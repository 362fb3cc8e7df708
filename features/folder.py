"""Here we read and write case folders: the ground's only door to the disk.

A case folder holds the tables of the data contract as ``NAME.parquet`` or ``NAME.csv`` (UTF-8).
"""

from __future__ import annotations

import csv
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from features.cases import Cases, to_arrow
from features.check import TOO_LONG
from features.schema import TABLES

if TYPE_CHECKING:
    import pandas as pd

ENDINGS = (".parquet", ".csv")


class FolderUnreadable(Exception):
    """The case folder or one of its files cannot be read at all."""


def load(folder: str | Path) -> Cases:
    """Read and check a case folder.

    Parameters
    ----------
    folder : str or Path
        Holds ``reports.parquet`` or ``reports.csv`` and, where there is something to tell,
        ``concerns``, ``events``, ``instruments`` and ``groups``.

    Returns
    -------
    Cases
        Sound rows, and every other row with the reasons why it was set aside.

    Raises
    ------
    FolderUnreadable
        When the folder has no reports table, has a table twice, or a file is not a table.
    """
    folder = Path(folder)
    if not folder.is_dir():
        msg = f"{folder} is not a folder. Give a folder with reports.parquet or reports.csv."
        raise FolderUnreadable(msg)
    frames = {name: _read(path) for name in TABLES if (path := _find(folder, name)) is not None}
    if "reports" not in frames:
        msg = f"{folder} has no reports.parquet and no reports.csv. Export the reports table first."
        raise FolderUnreadable(msg)
    return Cases.from_frames(frames)


def save(folder: str | Path, frames: Mapping[str, pd.DataFrame], *, ending: str = ".parquet") -> tuple[Path, ...]:
    """Write tables to a case folder; the folder is made when it is not there.

    Parameters
    ----------
    folder : str or Path
    frames : mapping of str to pandas.DataFrame
        Any table names; a synthetic municipality adds its hidden ``truth``.
    ending : {".parquet", ".csv"}
    """
    from pyarrow.parquet import write_table

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, frame in frames.items():
        path = folder / f"{name}{ending}"
        if ending == ".csv":
            frame.to_csv(path, index=False, date_format="%Y-%m-%dT%H:%M:%S.%f%z")
        else:
            write_table(to_arrow(frame), path)
        paths.append(path)
    return tuple(paths)


def read_table(folder: str | Path, name: str) -> pd.DataFrame | None:
    """Read one table as it stands, unchecked; None when it is not there."""
    path = _find(Path(folder), name)
    return None if path is None else _read(path)


def _find(folder: Path, name: str) -> Path | None:
    """Find a table's file; two files for one table are an error, because either could be meant."""
    found = [folder / f"{name}{ending}" for ending in ENDINGS if (folder / f"{name}{ending}").is_file()]
    if len(found) > 1:
        msg = f"{folder} has {name} both as Parquet and as CSV. Keep one of the two."
        raise FolderUnreadable(msg)
    return found[0] if found else None


def _read(path: Path) -> pd.DataFrame:
    """Read one file; CSV cells stay text, so that a problem can show what came.

    A row of a CSV that is longer than the header is marked: which of its cells are which cannot be told.
    """
    import pandas as pd
    from pyarrow import ArrowException

    try:
        if path.suffix == ".csv":
            return _read_csv(path)
        return pd.read_parquet(path, engine="pyarrow")
    except (ArrowException, OSError, ValueError, csv.Error) as error:
        kind = type(error).__name__
        msg = f"{path.name} cannot be read as a table ({kind}). Export it again as UTF-8 CSV or Parquet."
        raise FolderUnreadable(msg) from None


def _read_csv(path: Path) -> pd.DataFrame:
    """Read a CSV; row by row only where the quick way stumbles over a row that is too long."""
    import pandas as pd

    try:
        with warnings.catch_warnings(action="error", category=pd.errors.ParserWarning):
            return pd.read_csv(
                path, dtype="str", keep_default_na=False, na_values=[""], encoding="utf-8", index_col=False
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning):
        return _read_ragged(path)


def _read_ragged(path: Path) -> pd.DataFrame:
    """Read a CSV row by row, marking the rows that are longer than the header; a short row lacks its last cells."""
    import pandas as pd

    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, strict=True)
        header = next(rows)
        read = [(row + [""] * len(header), len(row) > len(header)) for row in rows if row]
    frame = pd.DataFrame([cells[: len(header)] for cells, _ in read], columns=header, dtype="str")
    return frame.mask(frame == "").assign(**{TOO_LONG: [long for _, long in read]})
