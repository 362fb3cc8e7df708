"""Here we read and write the log: a file of lines, and beside it a file that remembers the last one.

The line is written before the head: a process killed in between leaves a log that is longer than what is remembered, which is
sound. A log that is shorter was cut.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from triage.chain import Head, Line, Log, Readers, Said, read_lines
from triage.errors import TriageError
from triage.whole import append_line, write_whole

LOG = "decisions.jsonl"
"""The usual name of a log."""


def read_log(path: Path, readers: Readers, heads: Sequence[Head | None] = ()) -> Log:
    """Read a log, held against what is remembered beside it and elsewhere; without a file there are no lines.

    Parameters
    ----------
    path : Path
    readers : mapping of str to callable
        As for `triage.chain.read_lines`.
    heads : sequence of Head or None
        Last lines as others remember them.
    """
    return read_lines(read_text(path), readers, [read_head(path), *heads])


def read_text(path: Path) -> str:
    """Read the text of a log; empty where there is no file."""
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""


def read_head(path: Path) -> Head | None:
    """Read what the file beside a log remembers."""
    return Head.read(read_text(head_of(path)))


def head_of(path: Path) -> Path:
    """Name the file that remembers the last line of a log."""
    return path.with_name(f"{path.name}.head")


def append(path: Path, log: Log, kind: str, said: Said) -> Line:
    """Write the next line of a log; only by whoever holds it `alone` since before it was read.

    A line that was never finished is dropped; one that was, and was torn afterwards, stays where it is and stays a flaw.
    """
    line = log.follow(kind, said)
    written = path.read_bytes() if path.exists() else b""
    whole = written[: written.rfind(b"\n") + 1] if log.unfinished else written
    start = b"\n" if whole and not whole.endswith(b"\n") else b""
    append_line(path, start + line.text().encode(), keep=len(whole))
    write_whole(head_of(path), f"{line.head.tag()}\n".encode())
    return line


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Let one line be written at a time; the system lets go when a process ends, however it ends.

    Raises
    ------
    TriageError
        When another process is writing.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT)
    try:
        if not _held(descriptor):
            msg = f"Another line of {path.name} is being written. Wait, and ask again."
            raise TriageError(msg)
        yield
    finally:
        os.close(descriptor)


def _held(descriptor: int) -> bool:
    """Hold a file for this process; tell whether that went well."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
