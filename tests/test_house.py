"""How the house is kept: floors, doors, no clock in the middle, no numbers of the law in code, README that runs."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = ("features", "triage", "training", "model_cards")
CODE = [path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py"))]
TEXTS = [
    path
    for floor in FLOORS
    for path in sorted((ROOT / floor).rglob("*"))
    if path.suffix in {".py", ".toml", ".jinja", ".json", ".html", ".css", ".md"}
] + [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")]


def calls(path: Path) -> set[str]:
    """Names of everything that a module calls, dotted as written."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    plain = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    return plain | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_says_what_it_is_for_and_is_a_room_not_a_hall(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    first = (ast.get_docstring(tree) or "").splitlines()
    assert first, "no docstring"
    assert first[0].startswith("Here "), first[0]
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 350
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            doc = ast.get_docstring(node, clean=False)
            body = (node.end_lineno or 0) - node.lineno + 1 - (len(doc.splitlines()) if doc else 0)
            assert body <= 50, f"{node.name}: {body} lines"


def test_only_the_command_line_asks_the_clock() -> None:
    clocks = re.compile(r"\b(now|utcnow|today|time\.time|perf_counter|monotonic)$")
    asking = {str(path.relative_to(ROOT)) for path in CODE if any(clocks.search(call) for call in calls(path))}
    assert asking == {"training/cli/shared.py"}


def test_only_the_doors_touch_the_disk_below_the_shell() -> None:
    reading = re.compile(
        r"(^open$|\.(read_bytes|read_text|write_bytes|write_text|mkdir|iterdir|rename|to_parquet|to_csv|read_csv"
        r"|read_parquet|is_file|is_dir)$|^os\.(open|write|replace|truncate)$|^write_table$|^resources\.files$)"
    )
    below = [path for path in CODE if path.parts[-2] in {"features", "triage"}]
    touching = {str(path.relative_to(ROOT)) for path in below if any(reading.search(call) for call in calls(path))}
    package_data = {"features/build.py", "triage/law.py", "triage/assessment.py"}
    doors = {"features/folder.py", "triage/bundle.py", "triage/log_file.py", "triage/whole.py"}
    assert touching == doors | package_data


def test_only_tracking_and_what_mlflow_runs_import_mlflow() -> None:
    found = {str(path.relative_to(ROOT)) for path in CODE if any(name.startswith("mlflow") for name in imports(path))}
    assert found == {"training/registry/tracking.py", "training/registry/serving.py"}


def test_nothing_prints_or_unpickles() -> None:
    for path in CODE:
        assert "print" not in calls(path), path
        assert not imports(path) & {"pickle", "joblib", "cloudpickle", "dill"}, path


def test_no_citation_of_the_law_stands_in_code_outside_docstrings() -> None:
    """The scan of triage/ for numbers and dates as well is in tests/triage/test_law.py."""
    cited = re.compile(r"§|\bkap\.|\bSFS\b|SOSFS|HSLF|\bprop\.\s|\b20\d\d:\d{2,4}\b")
    for path in CODE:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {id(node.body[0].value) for node in ast.walk(tree) if _has_doc(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                assert not cited.search(node.value), f"{path}:{node.lineno}: {node.value}"


def test_no_day_on_which_the_law_changed_stands_in_code() -> None:
    from triage.law import load_law

    changes = {(day.year, day.month, day.day) for day in load_law().changes()}
    changes.remove((2021, 7, 1))  # also the day on which the synthetic municipality begins, which is no law
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("date"):
                numbers = tuple(arg.value for arg in node.args if isinstance(arg, ast.Constant))
                assert numbers not in changes, f"{path}:{node.lineno}"


def _has_doc(node: ast.AST) -> bool:
    return (
        isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and bool(node.body)
        and isinstance(node.body[0], ast.Expr)
        and isinstance(node.body[0].value, ast.Constant)
    )


def test_no_word_promises_what_nobody_can_promise() -> None:
    promises = re.compile(
        r"\b(low[- ]risk|unbiased|bias[- ]free|fair model|guarantees? fairness|debias|safe to close|no risk"
        r"|låg risk|riskfri|rättvis modell|ofarlig)\b",
        re.IGNORECASE,
    )
    for path in TEXTS:
        found = promises.search(path.read_text(encoding="utf-8"))
        assert found is None, f"{path.relative_to(ROOT)}: {found}"


def test_no_personal_number_and_no_registry_address_stands_anywhere() -> None:
    from features.personal_numbers import SHAPE, contains

    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    allowed = {"8803200016", "8803800013"}  # python-stdnum's documented example, and the same with 60 on the day
    for name in listed:
        path = ROOT / name
        if path.suffix in {".png", ".parquet", ".lock"} or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        found = {re.sub(r"\D", "", match)[-10:] for match in re.findall(SHAPE, text) if contains(match)}
        assert found <= allowed, (name, found)
        assert (
            not re.search(r"files\.pythonhosted|pypi\.org|registry\.npmjs|deb\.debian\.org", text)
            or name == "tests/test_house.py"
        )


def test_lock_names_no_address_and_pins_everything_with_hashes() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    pins = re.findall(r"^[a-z0-9._-]+(?:\[[^\]]+\])?==", text, re.MULTILINE)
    assert len(pins) > 80
    assert text.count("--hash=sha256:") >= len(pins)


def test_plain_install_asks_for_no_more_than_a_case_system_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split(r"[<>=;\s]", line)[0] for line in project["dependencies"]}
    assert names == {"numpy", "pandas", "pyarrow", "pydantic", "lightgbm", "python-stdnum", "tzdata"}


def test_readme_example_runs_and_says_what_the_readme_says(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", readme, re.DOTALL).group(1)
    report = re.search(r"```json\n(.*?)```", readme, re.DOTALL).group(1)
    json.loads(report)
    (tmp_path / "report.json").write_text(report, encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (
        done.stdout.strip()
        == "mandated ['witnessed_violence', 'protection_assessment', 'screening', 'duty_to_open'] 2025-09-02"
    )
    assert len(code.strip().splitlines()) <= 6
