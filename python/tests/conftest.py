"""The corpus of the tests, as each kind of frame."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "fixtures" / "syndicated.jsonl"
# What the program writes for this corpus.
GOLDEN = ROOT / "fixtures" / "golden" / "syndicated.json"


@pytest.fixture(scope="session")
def records() -> list[dict[str, Any]]:
    return [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="session")
def table(records: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(records)


@pytest.fixture(scope="session")
def golden() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(GOLDEN.read_text(encoding="utf-8"))
    return found


def _pandas(table: pa.Table) -> Any:
    pytest.importorskip("pandas")
    return table.to_pandas()


def _polars(table: pa.Table) -> Any:
    return pytest.importorskip("polars").from_arrow(table)


def _duckdb(table: pa.Table) -> Any:
    return pytest.importorskip("duckdb").from_arrow(table)


def _datasets(table: pa.Table) -> Any:
    return pytest.importorskip("datasets").Dataset(table)


FRAMES: dict[str, Callable[[pa.Table], Any]] = {
    "pyarrow": lambda table: table,
    "batch": lambda table: table.combine_chunks().to_batches()[0],
    "pandas": _pandas,
    "polars": _polars,
    "duckdb": _duckdb,
    "datasets": _datasets,
    "records": lambda table: table.to_pylist(),
}


@pytest.fixture(params=FRAMES, scope="session")
def frame(request: pytest.FixtureRequest, table: pa.Table) -> Any:
    return FRAMES[request.param](table)
