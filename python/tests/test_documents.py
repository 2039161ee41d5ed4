"""The examples of the docstrings and of the documentation, the notebook, and the types."""

from __future__ import annotations

import doctest
import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

MODULES = [
    "news_dedupe",
    "news_dedupe._find",
    "news_dedupe._found",
    "news_dedupe._index",
    "news_dedupe._compare",
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_docstrings(name: str) -> None:
    failed, tried = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert failed == 0 and tried > 0


def test_examples_of_the_documentation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for library in ("datasets", "duckdb", "pandas", "polars"):
        pytest.importorskip(library)
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 5
    (tmp_path / "news.jsonl").write_bytes((ROOT / "fixtures" / "syndicated.jsonl").read_bytes())
    monkeypatch.chdir(tmp_path)
    shared: dict[str, object] = {}
    for block in blocks:
        parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
        example = parser.get_doctest(block, shared, "docs/python.md", None, None)
        example.globs = shared
        assert example.examples, block
        runner.run(example, clear_globs=False)
        assert runner.failures == 0
    assert "report.html" in os.listdir(tmp_path)


def test_the_notebook_runs(tmp_path: Path) -> None:
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    notebook = nbformat.read(ROOT / "examples" / "news_dedupe.ipynb", as_version=4)
    (tmp_path / "news.jsonl").write_bytes((ROOT / "fixtures" / "syndicated.jsonl").read_bytes())
    client = nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": tmp_path}})
    client.execute()
    shown = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    assert any("text/html" in out.get("data", {}) for out in shown)
    assert {"report.html", "clean.jsonl"} <= set(os.listdir(tmp_path))


def test_the_types_are_right(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    import news_dedupe

    package = Path(news_dedupe.__file__).parent
    assert (package / "py.typed").exists()
    config = ROOT / "python" / "pyproject.toml"
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", config, "-p", "news_dedupe"],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_version_is_that_of_the_program() -> None:
    import news_dedupe

    manifest = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
    found = re.search(r'^version = "(.*)"', manifest, re.MULTILINE)
    assert found is not None and news_dedupe.__version__ == found[1]
