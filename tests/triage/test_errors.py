"""Here we hold the errors to their tree: every refusal is a TriageError with an exit code and words to act on."""

from __future__ import annotations

import pytest

from features.folder import FolderUnreadable
from features.report import InputRefused
from triage import errors
from triage.remarks import WHY

CODES = [
    (errors.TriageError, 1),
    (errors.LawError, 4),
    (errors.LawDataBroken, 4),
    (errors.BeforeTheLaw, 4),
    (errors.BundleRefused, 5),
    (errors.BundleBroken, 5),
    (errors.NotApproved, 5),
    (errors.ApprovalExpired, 5),
    (errors.ClockBehind, 5),
    (errors.NotSigned, 5),
    (errors.Revoked, 5),
    (errors.Stopped, 5),
    (errors.LogDoubtful, 5),
    (errors.DecisionRefused, 9),
    (errors.FeaturesDiffer, 5),
    (errors.TrainingRefused, 6),
]
OURS = [getattr(errors, name) for name in errors.__all__ if name != "INPUT_EXIT_CODE"]


@pytest.mark.parametrize(("error", "code"), CODES)
def test_every_error_has_the_exit_code_that_the_page_draws(error: type[errors.TriageError], code: int) -> None:
    assert error.exit_code == code
    assert issubclass(error, errors.TriageError)


def test_the_page_holds_every_error_and_no_other() -> None:
    assert {error for error, _ in CODES} | {InputRefused, FolderUnreadable} == set(OURS)
    assert all(error.__name__ in (errors.__doc__ or "") for error in OURS)


def test_input_errors_have_an_exit_code_of_their_own() -> None:
    assert errors.INPUT_EXIT_CODE == 3
    assert errors.INPUT_EXIT_CODE not in {code for _, code in CODES}


@pytest.mark.parametrize("error", [error for error, _ in CODES if issubclass(error, errors.BundleRefused)])
def test_every_refusal_of_a_bundle_can_say_why_there_is_no_score(error: type[errors.BundleRefused]) -> None:
    assert error.code in WHY


def test_refusals_of_a_bundle_are_told_apart() -> None:
    kinds = [error for error, _ in CODES if issubclass(error, errors.BundleRefused)]
    assert len({kind.code for kind in kinds}) == len(kinds)
