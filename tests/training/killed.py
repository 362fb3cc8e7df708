"""Here we are killed: a process makes a decision and ends at its n-th write, or half way through it. Run by test_killed.py.

Arguments: folder, verb. For every n a child is forked, in a copy of the folder; what it left is named after n.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

from tests.training.board import Board, keys
from training.decisions.decide import Key

CALLS = ("open", "write", "fsync", "replace", "truncate", "close")
MOST = 200


def end_at(number: int, half: bool) -> None:
    """Let this process end just before the n-th call that reaches the disk; or half way through the n-th write."""
    seen = [0]
    write = os.write

    def stopping(name: str, real: Any) -> Any:
        def call(*given: Any, **named: Any) -> Any:
            seen[0] += 1
            if seen[0] == number:
                if half:
                    write(given[0], given[1][: len(given[1]) // 2])
                os._exit(9)
            return real(*given, **named)

        return call

    for name in ("write",) if half else CALLS:
        setattr(os, name, stopping(name, getattr(os, name)))


def main(folder: Path, verb: Any) -> None:
    """Make the decision again and again, killed one call later each time, until it ends by itself."""
    board = Board(folder / "before", key=Key(keys("board")[0]), hours=9)
    for half in (False, True):
        for number in range(1, MOST):
            copy = folder / f"{'half' if half else 'whole'}-{number:03d}"
            shutil.copytree(folder / "before", copy)
            child = os.fork()
            if child == 0:
                end_at(number, half)
                Board(copy, key=board.key, hours=9).decides(verb)
                os._exit(0)
            if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
                break
        else:
            sys.exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
