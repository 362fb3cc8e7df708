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
    assert asking == {"training/cli_shared.py"}


def test_only_the_doors_touch_the_disk_below_the_shell() -> None:
    reading = re.compile(
        r"(^open$|\.(read_bytes|read_text|write_bytes|write_text|mkdir|iterdir|rename|to_parquet|to_csv|read_csv"
        r"|read_parquet|is_file|is_dir)$|^write_table$|^resources\.files$)"
    )
    below = [path for path in CODE if path.parts[-2] in {"features", "triage"}]
    touching = {str(path.relative_to(ROOT)) for path in below if any(reading.search(call) for call in calls(path))}
    package_data = {"features/build.py", "triage/law.py", "triage/assessment.py"}
    assert touching == {"features/folder.py", "triage/bundle.py"} | package_data


def test_only_tracking_and_what_mlflow_runs_import_mlflow() -> None:
    found = {str(path.relative_to(ROOT)) for path in CODE if any(name.startswith("mlflow") for name in imports(path))}
    assert found == {"training/tracking.py", "training/serving.py"}


def test_nothing_prints_or_unpickles() -> None:
    for path in CODE:
        assert "print" not in calls(path), path
        assert not imports(path) & {"pickle", "joblib", "cloudpickle", "dill"}, path


def test_no_number_date_or_citation_of_the_law_stands_in_code() -> None:
    law = tomllib.loads((ROOT / "triage" / "law.toml").read_text(encoding="utf-8"))
    references = {row["reference"] for table in law.values() for row in table.get("versions", [])}
    cited = re.compile(r"§|\bkap\.|\bSFS\b|SOSFS|HSLF|\b\d{4}:\d{2,4}\b")
    for path in (ROOT / "triage").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {id(node.body[0].value) for node in ast.walk(tree) if _has_doc(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                assert not cited.search(node.value), f"{path.name}:{node.lineno}: {node.value}"
                assert node.value not in references
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"dt.date", "datetime.date"}:
                assert not any(isinstance(arg, ast.Constant) for arg in node.args), f"{path.name}:{node.lineno}"
    for path in (ROOT / "triage" / "rules.py", ROOT / "triage" / "judge.py", ROOT / "triage" / "lanes.py"):
        numbers = [
            node.value
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and type(node.value) in (int, float)
        ]
        assert set(numbers) <= {0, 1, 12, -1}, (path.name, numbers)


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
    allowed = {"880320-0016"}  # python-stdnum's documented example
    for name in listed:
        path = ROOT / name
        if path.suffix in {".png", ".parquet", ".lock"} or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        found = {match for match in re.findall(SHAPE, text) if contains(match)}
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
    assert done.stdout.strip() == "mandated ['witnessed_violence', 'protection_assessment', 'screening'] 2025-09-02"
    assert len(code.strip().splitlines()) <= 6
