"""Here we hold the public list to reality, and `import triage` to being small and quick."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
from importlib import resources
from types import ModuleType

import pytest

import triage

SEEN = """
import sys, time
start = time.process_time()
import triage
spent = time.process_time() - start
import json
print(json.dumps([spent, sorted(sys.modules)]))
"""


def fresh(code: str) -> str:
    """Run code in a new interpreter that nothing was loaded into."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    return done.stdout


def kind(name: str) -> tuple[int, str]:
    """Sort as ruff does: constants, then classes, then functions."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def test_the_public_list_is_sorted_and_names_each_thing_once() -> None:
    assert triage.__all__ == sorted(triage.__all__, key=kind)
    assert len(triage.__all__) == len(set(triage.__all__))


def test_the_public_list_is_what_is_there() -> None:
    there = {
        name for name, thing in vars(triage).items() if not name.startswith("_") and not isinstance(thing, ModuleType)
    }
    assert there == set(triage.__all__)


@pytest.mark.parametrize("name", triage.__all__)
def test_everything_public_explains_itself(name: str) -> None:
    thing = getattr(triage, name)
    if inspect.isclass(thing) or inspect.isfunction(thing):
        assert len(inspect.getdoc(thing) or "") > 20


def test_import_triage_loads_no_heavy_library_and_takes_less_than_half_a_second() -> None:
    runs = [json.loads(fresh(SEEN)) for _ in range(5)]
    loaded = {name.split(".")[0] for name in runs[0][1]}
    assert loaded.isdisjoint({"mlflow", "shap", "fairlearn", "sklearn", "matplotlib", "pandas", "pyarrow", "lightgbm"})
    assert "training" not in loaded
    assert min(spent for spent, _ in runs) < 0.5


def test_a_report_is_answered_without_any_heavy_library() -> None:
    code = """
import json, sys, triage
text = json.dumps({"report_id": "r", "child_id": "c", "received_at": "2025-09-01T09:00:00+02:00", "unit": "u",
    "referral_type": "child_concern_report", "reporter": "school",
    "concerns": [{"concern": "witnessed_violence", "perpetrator": "close_person"}]})
answer = triage.assess_json(text, triage.NOTHING_KNOWN, None, triage.load_law())
answer.to_json(); triage.rank([answer]); triage.schema()
print(answer.lane.value, sorted({name.split(".")[0] for name in sys.modules}
    & {"mlflow", "shap", "fairlearn", "sklearn", "matplotlib", "pandas", "pyarrow", "lightgbm", "training"}))
"""
    assert fresh(code).strip() == "mandated []"


def test_what_the_package_needs_ships_with_it() -> None:
    for name in ("lawbook/opening.toml", "assessment.schema.json", "py.typed"):
        assert resources.files("triage").joinpath(name).is_file()
