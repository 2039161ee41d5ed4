"""Reports, and frames without their copies."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa
import pytest

import news_dedupe as nd

from conftest import CORPUS, FRAMES, ROOT
from news_dedupe._found import Format


def ids_of(frame: Any) -> list[str]:
    if isinstance(frame, list):
        return [record["id"] for record in frame]
    if type(frame).__name__ == "DuckDBPyRelation":
        return [row[0] for row in frame.project("id").fetchall()]
    return list(frame["id"].to_pylist() if hasattr(frame["id"], "to_pylist") else frame["id"])


@pytest.mark.parametrize("kind", FRAMES)
def test_keep_returns_the_same_kind_with_all_columns(kind: str, table: pa.Table) -> None:
    row = pa.array(range(table.num_rows))
    frame = FRAMES[kind](table.append_column("anything", row))
    found = nd.find(table)
    kept = found.keep(frame)
    assert type(kept) is type(frame)
    dropped = set(found.dropped()["id"].to_pylist())
    assert len(dropped) > 3
    assert ids_of(kept) == [one for one in ids_of(frame) if one not in dropped]
    if kind == "records":
        assert kept[-1] == frame[-1]
    else:
        names = "columns" if kind in ("pandas", "polars", "duckdb") else "column_names"
        if kind == "batch":
            assert kept.schema == frame.schema
        else:
            assert list(getattr(kept, names)) == list(getattr(frame, names))


def test_a_frame_without_its_copies_has_none(table: pa.Table) -> None:
    counts = []
    for drop in ("exact", "near", "contained", "version"):
        kept = nd.find(table).keep(table, drop)
        again = nd.find(kept)
        assert again.dropped(drop).num_rows == 0
        counts.append(kept.num_rows)
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[2]


def test_each_dropped_document_has_one_that_is_kept(table: pa.Table) -> None:
    found = nd.find(table)
    dropped = found.dropped("contained")
    assert not set(dropped["id"].to_pylist()) & set(dropped["kept"].to_pylist())
    ids = table["id"].to_pylist()
    assert [ids[row] for row in dropped["row"].to_pylist()] == dropped["id"].to_pylist()
    assert set(dropped["relation"].to_pylist()) <= {"exact", "near", "contained"}


def test_keep_refuses_other_rows(table: pa.Table) -> None:
    found = nd.find(table)
    with pytest.raises(nd.InputError, match="rows that were searched"):
        found.keep(table.slice(1))
    backwards = table.take(list(reversed(range(table.num_rows))))
    with pytest.raises(nd.InputError, match="column text differs"):
        found.keep(backwards)
    with pytest.raises(nd.InputError, match="drop=most: expected exact, near, contained or version"):
        found.keep(table, "most")  # type: ignore[arg-type]


def test_keep_of_files_goes_by_the_id(table: pa.Table) -> None:
    found = nd.find(CORPUS)
    frame = table.rename_columns(["key" if name == "id" else name for name in table.column_names])
    expected = nd.find(table).keep(table)
    assert found.keep(frame, id="key").num_rows == expected.num_rows
    with pytest.raises(nd.InputError, match="no column id"):
        found.keep(frame)


def test_rows_without_a_text_are_kept(records: list[dict[str, Any]]) -> None:
    frame = [{"id": "none", "text": None}, *records, {"id": "blank", "text": " "}]
    kept = nd.find(frame).keep(frame)
    assert [kept[0]["id"], kept[-1]["id"]] == ["none", "blank"]
    assert len(kept) == len(nd.find(records).keep(records)) + 2


@pytest.mark.parametrize(
    ("name", "begin"),
    [
        ("report.html", b"<!"),
        ("report.HTM", b"<!"),
        ("report.json", b"{"),
        ("report", b"{"),
        ("report.csv", b"cluster,"),
        ("report.parquet", b"PAR1"),
        ("report.tsv", b"left\t"),
        ("report.xml", b"<?xml"),
        ("report.sarif", b"{"),
        ("report.txt", b""),
    ],
)
def test_the_format_goes_by_the_extension(
    tmp_path: Path, table: pa.Table, name: str, begin: bytes
) -> None:
    nd.find(table).report(tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(begin)
    assert os.listdir(tmp_path) == [name]


def test_all_formats_of_the_command_line_are_written(tmp_path: Path, table: pa.Table) -> None:
    page = (ROOT / "docs" / "options.md").read_text(encoding="utf-8")
    section = page.split("**`-f, --format FORMAT`**")[1].split("\n**")[0]
    of_command_line = set(re.findall(r"^  (\w+)  ", section, re.MULTILINE)) - {"auto"}
    assert of_command_line == set(get_args(Format))
    found = nd.find(table)
    for name in get_args(Format):
        found.report(tmp_path / name, format=name)
        assert (tmp_path / name).stat().st_size > 0


def test_the_page_has_the_texts(tmp_path: Path, table: pa.Table) -> None:
    found = nd.find(table)
    found.report(tmp_path / "a.html")
    nd.find(CORPUS).report(tmp_path / "b.html")
    assert abs((tmp_path / "a.html").stat().st_size - (tmp_path / "b.html").stat().st_size) < 5_000
    found.report(tmp_path / "report.txt")
    assert "Kelp" in (tmp_path / "report.txt").read_text(encoding="utf-8")


def test_a_report_replaces_a_file_and_keeps_its_mode(tmp_path: Path, table: pa.Table) -> None:
    path = tmp_path / "report.json"
    path.write_text("old")
    path.chmod(0o640)
    link = tmp_path / "link.json"
    link.symlink_to(path)
    found = nd.find(table)
    found.report(link)
    assert json.loads(path.read_text(encoding="utf-8"))["clusters"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert link.is_symlink()
    found.report(tmp_path / "new", format="csv")
    (tmp_path / "plain").touch()
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_outputs_that_cannot_be_written(tmp_path: Path, table: pa.Table) -> None:
    found = nd.find(table)
    with pytest.raises(nd.OutputError, match="the folder .*none does not exist"):
        found.report(tmp_path / "none" / "report.json")
    with pytest.raises(OSError, match="it is not a file"):
        found.report(tmp_path)
    with pytest.raises(nd.InputError, match="format=docx"):
        found.report(tmp_path / "a", format="docx")  # type: ignore[arg-type]
    with pytest.raises(nd.InputError, match="a.xlsx: no format has this extension; use .html,"):
        found.report(tmp_path / "a.xlsx")
    assert os.listdir(tmp_path) == []


def test_no_output_replaces_an_input(tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    story = " ".join(f"word{n}" for n in range(80))
    for name in ["a.txt", "b.txt"]:
        (folder / name).write_text(story)
    (tmp_path / "link.txt").symlink_to(folder / "a.txt")
    for paths in [[folder], [folder / "a.txt", folder / "b.txt"]]:
        found = nd.find(paths)
        for path in [folder / "a.txt", tmp_path / "link.txt"]:
            with pytest.raises(nd.OutputError, match=r"cannot write .*: it is one of the inputs"):
                found.report(path, format="json")
    assert (folder / "a.txt").read_text() == story
    index = nd.Index(tmp_path / "news.idx")
    index.add(folder)
    with pytest.raises(nd.OutputError, match="its folder is an index"):
        found.report(tmp_path / "news.idx" / "report.json")
    with pytest.raises(nd.OutputError, match="it is one of the inputs"):
        index.check(folder).report(folder / "b.txt", format="json")
    found.report(folder / "report.json")
    assert sorted(os.listdir(folder)) == ["a.txt", "b.txt", "report.json"]


def test_a_notebook_shows_the_stories(tmp_path: Path, records: list[dict[str, Any]]) -> None:
    story = {**records[0], "title": "<b>Kelp</b>"}
    found = nd.find([story, {**story, "id": "copy"}, {"id": "blank", "text": " "}])
    shown = found._repr_html_()
    assert "&lt;b&gt;Kelp&lt;/b&gt;" in shown and "<b>Kelp" not in shown
    assert "1 inputs were skipped" in shown
    assert "writes a page" in shown
    found.report(tmp_path / 'a"b.html')
    assert "a&quot;b.html" in found._repr_html_()
    assert repr(found).startswith("1 story in 2 of 2 documents: 1 exact,")
