"""Here we give a hash of our own code: two checkouts of one version may differ, and then their folds do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path

PACKAGES = ("features", "triage", "training")
"""Where everything lies that decides a fold; pages and words lie there too, and change it too: that only costs time."""
SOURCES = (".py", ".toml")


@cache
def code() -> str:
    """Give the SHA-256 of the installed sources; a wheel has no commit, but it has these."""
    return digest(Path(str(resources.files(name))) for name in PACKAGES)


def digest(folders: Iterable[Path]) -> str:
    """Give the SHA-256 of the names and bytes of all sources in some folders, in the order of their names."""
    whole = hashlib.sha256()
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.suffix in SOURCES):
            held = path.read_bytes()
            name = path.relative_to(folder.parent).as_posix()
            whole.update(f"{name}\n{len(held)}\n".encode() + held)
    return whole.hexdigest()
