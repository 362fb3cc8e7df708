"""Here we read and write bundles: text, JSON and hashes, nothing that can run.

A bundle is a folder::

    model.txt        the trees, as LightGBM writes them
    bundle.json      features, calibration tables, what training has seen, limits, outcome, training span, versions
    card.json        the facts of the model card
    MANIFEST.sha256  one hash per file; the bundle's digest is the hash of this file
    approval.json    the board's decision, outside the manifest and bound to its digest

Loading looks before it builds: every hash is checked, then the approval, and only then a model is made. A bundle that was
loaded with a log looks at it again before every score, so that a stop or a revocation counts from the next call.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from features.arrays import Ints
from features.build import fingerprint
from triage.admission import Terms, admit
from triage.bundle_facts import BundleFacts, as_json
from triage.chain import Log
from triage.decisions import KIND, Approval, Decided
from triage.errors import BundleBroken, FeaturesDiffer, LogDoubtful, NotApproved
from triage.log_file import head_of, read_log
from triage.shapley.door import TOLERANCE, furthest, prepare
from triage.shapley.explained import Explainer
from triage.whole import write_whole

if TYPE_CHECKING:
    from lightgbm import Booster

FILES = ("bundle.json", "card.json", "model.txt")
MANIFEST = "MANIFEST.sha256"
APPROVAL = "approval.json"
Purpose = Literal["use", "evaluation"]


@dataclass(frozen=True)
class Bundle:
    """A loaded bundle.

    Attributes
    ----------
    facts : BundleFacts
    booster : lightgbm.Booster
        The model itself, to go on with.
    explainer : Explainer
        Scores rows and takes the scores apart; checked against the booster when it was loaded.
    digest : str
        SHA-256 of the manifest.
    purpose : {"use", "evaluation"}
        Every output carries it.
    approval : Approval or None
    watch : Watch or None
        The log that is looked at before every score.
    """

    facts: BundleFacts
    booster: Booster
    explainer: Explainer
    digest: str
    purpose: Purpose
    approval: Approval | None
    watch: Watch | None = None

    def __repr__(self) -> str:
        """Say which bundle this is and what it may be used for."""
        return f"Bundle({self.facts.name}, {self.digest[:12]}, purpose={self.purpose!r})"

    @cached_property
    def supported(self) -> Ints:
        """The columns of the features whose support is known, in its order."""
        place = {name: column for column, name in enumerate(self.facts.features)}
        return np.array([place[name] for name in self.facts.support.names], dtype=np.int64)

    def refuses(self, unit: str, on: dt.date) -> str | None:
        """Say why a report of ``unit`` received on ``on`` may not be scored; None when it may."""
        if unit not in self.facts.units:
            return "unit_not_trained"
        if self.purpose == "evaluation" or self.approval is None:
            return None
        decision = self.approval.decision
        closed = None if self.watch is None else self.watch.refuses()
        if closed is not None:
            return closed
        if unit not in decision.units:
            return "unit_not_approved"
        return "approval_expired" if decision.expires is None or on > decision.expires else None


@dataclass
class Watch:
    """A log that is looked at before every score, and read again when it has changed.

    Attributes
    ----------
    log : Path
    approval : Approval
        What the bundle was loaded under.
    terms : Terms
    """

    log: Path
    approval: Approval
    terms: Terms
    _seen: object = field(default=None, repr=False)
    _says: str | None = field(default=None, repr=False)

    def refuses(self) -> str | None:
        """Say why nothing may be scored now; None when it may."""
        seen = [_state(path) for path in (self.log, head_of(self.log))]
        if seen != self._seen:
            self._says, self._seen = self._look(), seen
        return self._says

    def _look(self) -> str | None:
        """Read the log, and hold the approval against it."""
        try:
            admit(self.approval, _decisions(self.log, self.approval), self.terms)
        except NotApproved as refusal:
            return refusal.code
        except OSError:
            return LogDoubtful.code
        return None


def _state(path: Path) -> tuple[int, int, int] | None:
    """Give what tells one state of a file from another; None when it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _decisions(log: Path, beside: Approval | None) -> Log:
    """Read the decisions in a log, held against the line that the bundle's approval names."""
    return read_log(log, {KIND: Decided.from_dict}, [beside.line if beside else None])


def write_bundle(folder: str | Path, model_text: str, facts: BundleFacts, card: Mapping[str, Any]) -> str:
    """Write a bundle; all of it or, when interrupted, nothing under this name.

    Returns
    -------
    str
        The bundle's digest.
    """
    folder = Path(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    contents = {"model.txt": model_text, "bundle.json": facts.to_json(), "card.json": as_json(card)}
    lines = [f"{hashlib.sha256(contents[name].encode()).hexdigest()}  {name}\n" for name in FILES]
    contents[MANIFEST] = "".join(lines)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".bundle-") as scratch:
        made = Path(scratch) / "made"
        made.mkdir()
        for name, text in contents.items():
            (made / name).write_bytes(text.encode())
        old = _where(folder)
        if _same(old / MANIFEST, contents[MANIFEST]) and (old / APPROVAL).is_file():
            (made / APPROVAL).write_bytes((old / APPROVAL).read_bytes())  # the same bundle keeps its decision
        _swap(made, folder)
    return hashlib.sha256(contents[MANIFEST].encode()).hexdigest()


def _same(path: Path, text: str) -> bool:
    """Tell whether a file holds exactly a text."""
    return path.is_file() and path.read_bytes() == text.encode()


def _swap(made: Path, folder: Path) -> None:
    """Put a new folder in the place of an old one; when that fails, or the process is killed, the old one is still found."""
    aside = _aside(folder)
    if folder.exists():
        rmtree(aside, ignore_errors=True)
        folder.rename(aside)
    try:
        made.rename(folder)
    except BaseException:
        if aside.exists():
            aside.rename(folder)
        raise
    rmtree(aside, ignore_errors=True)


def _aside(folder: Path) -> Path:
    """Name the place where an old bundle stands while a new one takes its name."""
    return folder.with_name(f".{folder.name}.replaced")


def _where(folder: str | Path) -> Path:
    """Give a bundle's folder: where a process was killed just before the new one took its name, the old one that was set aside."""
    folder = Path(folder)
    return folder if folder.exists() or not _aside(folder).exists() else _aside(folder)


def write_approval(folder: str | Path, approval: Approval) -> None:
    """Put the board's decision beside a bundle, in the place of an earlier one; whole or not at all."""
    folder = _where(folder)
    scratch = folder.parent / f".{folder.name}-{APPROVAL}.part"  # a bundle holds no file that is none of its own
    write_whole(folder / APPROVAL, as_json(approval.to_dict()).encode(), scratch=scratch)


def load_bundle(
    folder: str | Path,
    *,
    purpose: Purpose = "use",
    log: str | Path | None = None,
    board_key: str | bytes | None = None,
    on: dt.date | None = None,
) -> Bundle:
    """Load a bundle after looking at every file.

    Parameters
    ----------
    folder : str or Path
    purpose : {"use", "evaluation"}
        ``"use"`` demands the board's approval; ``"evaluation"`` does not and marks every output.
    log : str or Path, optional
        The log of decisions. Without it a revocation is known only by what stands beside the bundle: a copy of the bundle
        with an earlier approval in it cannot be told from one that was never revoked. With it, the log is looked at again
        before every score.
    board_key : str or bytes, optional
        The board's public key, as PEM: then an approval without its signature is refused.
    on : datetime.date, optional
        The day of use, for whoever asks the clock; without it, each report is held against the last day of the approval.

    Raises
    ------
    BundleBroken
        A file is missing, added or altered, or the model is not what its explanation says.
    FeaturesDiffer
        The features of this library are not those it was trained on.
    NotApproved
        There is no valid approval, and the purpose is use; the errors below it in `triage.errors` say why.
    """
    from lightgbm import Booster
    from lightgbm.basic import LightGBMError

    folder = _where(folder)
    contents, digest = _verified(folder)
    facts = BundleFacts.from_json(contents["bundle.json"])
    if facts.features_fingerprint != fingerprint():
        msg = "The bundle was trained on features that this version of the library builds differently. Train it again."
        raise FeaturesDiffer(msg)
    approval, watch = None, None
    if purpose == "use":
        terms = Terms(digest, hashlib.sha256(contents["card.json"].encode()).hexdigest(), board_key, on)
        approval, watch = _admitted(folder, terms, None if log is None else Path(log))
    try:
        booster = Booster(model_str=contents["model.txt"])
    except LightGBMError:
        msg = "model.txt is not a model that LightGBM reads. Fetch the bundle again."
        raise BundleBroken(msg) from None
    if tuple(booster.feature_name()) != facts.features:
        msg = "model.txt and bundle.json name different features. Train the bundle again."
        raise BundleBroken(msg)
    return Bundle(facts, booster, _explainer(booster), digest, purpose, approval, watch)


def _explainer(booster: Booster) -> Explainer:
    """Make what explains a model's rows, and hold it to LightGBM's own contributions on a few."""
    try:
        explainer = prepare(booster)
        gap = furthest(explainer, booster)
    except ValueError:
        msg = "model.txt gives several outputs; a bundle's model gives one. Train the bundle again."
        raise BundleBroken(msg) from None
    if not gap <= TOLERANCE:
        msg = f"The explanation misses LightGBM's own by {gap:.2g}; allowed is {TOLERANCE:g}. Do not use this bundle."
        raise BundleBroken(msg)
    return explainer


def read_parts(folder: str | Path) -> dict[str, str]:
    """Read the text of every file of a bundle by name, after checking every hash."""
    contents, _ = _verified(_where(folder))
    return contents


def read_card(folder: str | Path) -> dict[str, Any]:
    """Read the facts of a bundle's card, after checking every hash."""
    contents, _ = _verified(_where(folder))
    card: dict[str, Any] = json.loads(contents["card.json"])
    return card


def _verified(folder: Path) -> tuple[dict[str, str], str]:
    """Read every file and check it against the manifest."""
    try:
        manifest = (folder / MANIFEST).read_bytes()
        contents = {name: (folder / name).read_bytes() for name in FILES}
    except OSError as error:
        missing = Path(str(error.filename)).name
        msg = f"{folder.name} is not a whole bundle: {missing} is missing. Fetch the bundle again."
        raise BundleBroken(msg) from None
    added = sorted({path.name for path in folder.iterdir()} - {*FILES, MANIFEST, APPROVAL})
    if added:
        msg = f"{folder.name} holds files that no bundle has: {', '.join(added)}. Fetch the bundle again."
        raise BundleBroken(msg)
    expected = "".join(f"{hashlib.sha256(contents[name]).hexdigest()}  {name}\n" for name in FILES)
    if manifest.decode(errors="replace") != expected:
        msg = f"{folder.name} was altered after it was written: its hashes do not match. Fetch the bundle again."
        raise BundleBroken(msg)
    try:
        return {name: data.decode() for name, data in contents.items()}, hashlib.sha256(manifest).hexdigest()
    except UnicodeDecodeError:
        msg = f"{folder.name} holds a file that is not text. Fetch the bundle again."
        raise BundleBroken(msg) from None


def read_approval(folder: str | Path) -> Approval | None:
    """Read what stands beside a bundle of the board's decision, whatever it decides and on which bundle; None where nothing.

    Raises
    ------
    NotApproved
        When it cannot be read.
    """
    try:
        return Approval.from_dict(json.loads((_where(folder) / APPROVAL).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (AttributeError, KeyError, TypeError, ValueError):
        msg = "approval.json does not hold together. Ask the board for the decision again."
        raise NotApproved(msg) from None


def _admitted(folder: Path, terms: Terms, log: Path | None) -> tuple[Approval, Watch | None]:
    """Give the approval under which a bundle may be used, and the log that can end it."""
    beside = read_approval(folder)
    if log is None:
        return admit(beside, None, terms), None
    approval = admit(beside, _decisions(log, beside), terms)
    return approval, Watch(log, approval, replace(terms, on=None))
