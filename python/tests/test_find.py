"""The result of each kind of input is that of the program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import news_dedupe as nd

from conftest import CORPUS, ROOT


def clusters_of(report: dict[str, Any]) -> list[Any]:
    return sorted(
        (c["representative"], sorted((m["id"], m["relation"]) for m in c["members"]))
        for c in report["clusters"]
    )


def matches_of(report: dict[str, Any]) -> list[Any]:
    return [(m["left"], m["right"], m["relation"], m["spans"]) for m in report["matches"]]


def check(found: nd.Found, golden: dict[str, Any]) -> None:
    report = json.loads(found.to_json())
    assert clusters_of(report) == clusters_of(golden)
    assert matches_of(report) == matches_of(golden)
    assert len(golden["clusters"]) > 3


def test_each_frame_has_the_clusters_of_the_program(frame: Any, golden: dict[str, Any]) -> None:
    check(nd.find(frame), golden)


@pytest.mark.parametrize("path", [CORPUS, str(CORPUS), [CORPUS]], ids=["path", "str", "list"])
def test_paths(path: Any, golden: dict[str, Any]) -> None:
    check(nd.find(path), golden)


def test_the_tables_have_the_lists_of_the_report(table: pa.Table) -> None:
    found = nd.find(table)
    report = json.loads(found.to_json())
    members = [m for c in report["clusters"] for m in c["members"]]
    assert found.members["id"].to_pylist() == [m["id"] for m in members]
    assert found.members["title"].to_pylist() == [m.get("title") for m in members]
    assert found.members["spans"].to_pylist() == [m["spans"] for m in members]
    assert found.clusters["cluster"].to_pylist() == [c["id"] for c in report["clusters"]]
    assert found.clusters["agencies"].to_pylist() == [c["agencies"] for c in report["clusters"]]
    assert found.matches["words"].to_pylist() == [m["words"] for m in report["matches"]]
    assert found.matches.num_rows == len(report["matches"])
    assert found.boilerplate["excerpt"].to_pylist() == [b["excerpt"] for b in report["boilerplate"]]
    assert found.summary == report["summary"]
    assert found.parameters == report["parameters"]


def test_spans_are_bytes_of_the_texts(table: pa.Table) -> None:
    found = nd.find(table)
    texts = dict(zip(table["id"].to_pylist(), table["text"].to_pylist(), strict=True))
    exact = [m for m in found.matches.to_pylist() if m["relation"] != "overlap"]
    for match in exact[:5]:
        span = match["spans"][0]
        left = texts[match["left"]].encode()[span["left_begin"] : span["left_end"]].decode()
        right = texts[match["right"]].encode()[span["right_begin"] : span["right_end"]].decode()
        assert left.split()[0].lower() == right.split()[0].lower()


def test_columns_can_be_named(table: pa.Table, golden: dict[str, Any]) -> None:
    names = {"id": "key", "text": "words of it", "title": "head", "source": "house", "date": "day"}
    renamed = table.rename_columns([names.get(name, name) for name in table.column_names])
    with pytest.raises(nd.InputError, match="text"):
        nd.find(renamed)
    found = nd.find(
        renamed,
        text="words of it",
        id=["nothing", "key"],
        title="head",
        publisher="house",
        published=iter(["day"]),
    )
    check(found, golden)


def test_options_decide(table: pa.Table) -> None:
    loose, strict = nd.find(table), nd.find(table, threshold=1.0, min_passage=10_000)
    assert strict.summary["near"] < loose.summary["near"]
    assert strict.summary["overlaps"] == 0
    assert strict.parameters["threshold"] == 1.0
    one_thread = nd.find(table, threads=1, memory=64_000_000)
    assert one_thread.to_json() == loose.to_json()
    first = nd.find(table, keep="first", prefer="nobody")
    assert first.parameters["keep"] == "first"
    assert [fault["code"] for fault in first.warnings] == ["unknown-source"]
    assert nd.find(table, cross_source_only=True).parameters["cross_source_only"]


def test_the_order_of_rows_makes_no_difference(table: pa.Table, golden: dict[str, Any]) -> None:
    backwards = table.take(list(reversed(range(table.num_rows))))
    report = json.loads(nd.find(backwards).to_json())
    assert clusters_of(report) == clusters_of(golden)


def test_slices_and_chunks_are_read_as_they_are(table: pa.Table) -> None:
    part = table.slice(5, 20)
    chunked = pa.concat_tables([part.slice(0, 3), part.slice(3)])
    copied = pa.Table.from_pylist(part.to_pylist())
    assert nd.find(part).to_json() == nd.find(copied).to_json() == nd.find(chunked).to_json()


def test_streams_of_other_programs_are_read(table: pa.Table, golden: dict[str, Any]) -> None:
    class Stream:
        def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
            return table.__arrow_c_stream__(requested_schema)

    check(nd.find(Stream()), golden)


def test_files_of_several_formats(tmp_path: Path, table: pa.Table) -> None:
    import pyarrow.parquet as pq

    pq.write_table(table, tmp_path / "news.parquet")
    found = nd.find([tmp_path / "news.parquet", ROOT / "fixtures" / "wire"])
    assert found.summary["documents"] == table.num_rows + 5
