"""Here we sit as a board in the tests: a tiny bundle, a log, keys, and decisions on it, each an hour after the one before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.triage.conftest import tiny
from training.decisions.decide import Key, Written, decide, names_of
from training.registry.store import Store
from triage.bundle import Bundle, load_bundle
from triage.decisions import Decision, Verb

START = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
LAST = dt.date(2026, 12, 31)
PASSED = {"checks": [{"code": "leak", "mandatory": True, "verdict": "passed"}]}
WHO: dict[str, Any] = {"by": "Etiknämnden", "role": "ethics board", "minutes": "2026/7"}


@dataclass
class Board:
    """A board with one bundle and one log in a folder."""

    folder: Path
    store: Store | None = None
    key: Key | None = None
    hours: float = 0

    @property
    def bundle(self) -> Path:
        return self.folder / "bundle"

    @property
    def log(self) -> Path:
        return self.folder / "decisions.jsonl"

    def decides(self, verb: Verb, bundle: Path | None = None, **changes: Any) -> Written:
        """Decide and write down; a stop names no bundle."""
        self.hours += 1
        said: dict[str, Any] = WHO | {"at": START + dt.timedelta(hours=self.hours)}
        if verb == "approved":
            said |= {"units": ("north",), "expires": LAST}
        else:
            said |= {"why": "The audit found a gap."}
        if verb != "stopped":
            said |= names_of(bundle or self.bundle)
        decision = Decision(decision=verb, **said | changes)
        folder = None if verb == "stopped" else bundle or self.bundle
        return decide(decision, self.log, bundle=folder, store=self.store, key=self.key)

    def load(self, **asked: Any) -> Bundle:
        """Load for use, as a deployer does who looks at the log."""
        return load_bundle(self.bundle, **{"log": self.log, "on": dt.date(2026, 6, 1)} | asked)


def a_board(folder: Path, **more: Any) -> Board:
    """A board with a bundle that nobody has decided on."""
    tiny(folder / "bundle", PASSED)
    return Board(folder, **more)


@cache
def keys(name: str) -> tuple[bytes, bytes]:
    """A private key and its public key, as PEM."""
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    made = Ed25519PrivateKey.from_private_bytes(name.encode().ljust(32, b"."))
    private = made.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    return private, made.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
