"""Here we write to the disk so that a process killed at any moment leaves the old or the new, and never half of one."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, data: bytes, *, scratch: Path | None = None) -> None:
    """Write a file whole or not at all.

    Parameters
    ----------
    path : Path
    data : bytes
    scratch : Path, optional
        Where it is made before it takes its name, on the same disk; a hidden file beside it when left out. A killed process
        may leave it there; it says nothing, and the next write makes it anew.
    """
    scratch = scratch or path.with_name(f".{path.name}.part")
    _write(scratch, data, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.replace(scratch, path)  # noqa: PTH105  the tests stop at every call of os
    _settle(path.parent)


def append_line(path: Path, line: bytes, *, keep: int) -> None:
    """Write one line at the end of a file, after its first ``keep`` bytes; what lies beyond them was never a whole line.

    Notes
    -----
    A killed process may leave a piece of the line, without its end; whoever reads the file takes that for no line.
    """
    if path.exists() and path.stat().st_size > keep:
        os.truncate(path, keep)
    _write(path, line + b"\n", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    _settle(path.parent)


def _write(path: Path, data: bytes, flags: int) -> None:
    """Write everything and see it on the disk."""
    descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o666)
    try:
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _settle(folder: Path) -> None:
    """See a name on the disk, where the system lets a folder be opened."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
