"""Wrong and unusual input."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

import news_dedupe as nd

STORY = "The ferry to Lisle stops for two weeks in March, because the pier is being repaired."


def test_missing_columns_are_named() -> None:
    frame = pa.table({"id": ["a"], "words": [STORY]})
    with pytest.raises(nd.InputError, match="expected a text field, found the fields id, words; name the text field with text="):
        nd.find(frame)
    with pytest.raises(ValueError, match="no column body for the text; the columns are: id, words"):
        nd.find(frame, text="body")
    with pytest.raises(nd.InputError, match="no column host for the source"):
        nd.find(frame, text="words", publisher="host")
    assert nd.find(frame, text="words").summary["documents"] == 1


def test_text_that_is_no_text() -> None:
    with pytest.raises(nd.InputError, match="no document could be read: frame:1: .*number"):
        nd.find(pa.table({"text": [1, 2]}))
    with pytest.raises(nd.InputError, match="no document could be read"):
        nd.find(pa.table({"text": pa.nulls(2)}))
    with pytest.raises(nd.InputError, match="cannot be converted to Arrow"):
        nd.find([{"text": STORY}, {"text": 7}])


def test_rows_without_text_are_skipped() -> None:
    found = nd.find(pa.table({"id": list("abc"), "text": [STORY, None, STORY]}))
    assert [(fault["line"], fault["code"]) for fault in found.skipped] == [(2, "text-null")]
    assert found.members["id"].to_pylist() == ["a", "c"]


def test_an_empty_frame_has_no_copies() -> None:
    frame = pa.table({"id": pa.array([], pa.string()), "text": pa.array([], pa.string())})
    found = nd.find(frame)
    assert found.summary["documents"] == 0
    assert found.members.num_rows == found.matches.num_rows == found.clusters.num_rows == 0
    assert found.members.schema.names[0] == "cluster"
    assert found.keep(frame).num_rows == 0
    with pytest.raises(nd.InputError, match="text"):
        nd.find(pa.table({}))


def test_duplicate_and_missing_ids() -> None:
    found = nd.find(pa.table({"id": ["a", "a", None], "text": [STORY] * 3}))
    ids = found.members["id"].to_pylist()
    assert len(set(ids)) == 3
    assert "frame:3" in ids
    assert [fault["code"] for fault in found.warnings] == ["duplicate-id"]
    numbers = nd.find(pa.table({"id": [7, 8], "text": [STORY] * 2}))
    assert numbers.members["id"].to_pylist() == ["7", "8"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"threshold": 0}, "threshold=0: expected a number above 0 and at most 1"),
        ({"threshold": float("nan")}, "threshold=NaN"),
        ({"min_passage": 0}, "min_passage=0"),
        ({"shingle": 2}, "shingle=2: expected 3 to 32"),
        ({"keep": "any"}, "keep=any: expected best, earliest, longest or first"),
        ({"memory": 1}, "memory=1: expected 64000000 bytes or more"),
        ({"threads": 0}, "threads=0"),
        ({"html": "all"}, "html=all"),
        ({"threshold": "0.5"}, "threshold='0.5': expected a number"),
        ({"min_passage": -1}, "min_passage=-1: expected a whole number, 0 or more"),
        ({"memory": "1G"}, "memory='1G': expected a whole number"),
        ({"keep": 3}, "keep=3: expected a name"),
        ({"text": 3}, "text=3: expected a name or a list of names"),
        ({"prefer": [1]}, r"prefer=\[1\]: expected a name or a list of names"),
    ],
)
def test_options_out_of_range(options: dict[str, Any], message: str) -> None:
    with pytest.raises(nd.InputError, match=message):
        nd.find([{"text": STORY}], **options)


@pytest.mark.parametrize("data", [7, None, b"news.jsonl", object()])
def test_what_is_no_frame(data: Any) -> None:
    with pytest.raises(nd.InputError, match="expected a frame or paths"):
        nd.find(data)


def test_advice_for_frames_that_are_not_loaded() -> None:
    polars = pytest.importorskip("polars")
    with pytest.raises(nd.InputError, match=r"call collect\(\) first"):
        nd.find(polars.LazyFrame({"text": [STORY]}))
    datasets = pytest.importorskip("datasets")
    split = datasets.Dataset.from_dict({"text": [STORY]})
    with pytest.raises(nd.InputError, match="choose a split"):
        nd.find(datasets.DatasetDict({"train": split}))


def test_advice_for_what_is_nearly_a_frame() -> None:
    for library in ("pandas", "polars"):
        column = pytest.importorskip(library).DataFrame({"text": [STORY]})["text"]
        with pytest.raises(nd.InputError, match=r"call to_frame\(\) first"):
            nd.find(column)
        assert nd.find(column.to_frame()).summary["documents"] == 1
    with pytest.raises(nd.InputError, match="pass columns as pyarrow.table"):
        nd.find({"text": [STORY]})
    with pytest.raises(nd.InputError, match="pass texts as"):
        nd.find(iter([STORY]))
    with pytest.raises(nd.InputError, match="a string is taken as a path: pass a text as"):
        nd.find([STORY])
    pandas = pytest.importorskip("pandas")
    for frame in (
        pandas.DataFrame([[STORY, STORY]], columns=["text", "text"]),
        pandas.DataFrame({"text": [STORY, 3.0]}),
        pandas.DataFrame({"text": ["\ud800"]}),
    ):
        with pytest.raises(nd.InputError, match="cannot be converted to Arrow: .*pass only the columns that are needed"):
            nd.find(frame)


def test_paths_that_do_not_exist() -> None:
    with pytest.raises(nd.InputError, match="no document could be read: none.jsonl"):
        nd.find("none.jsonl")
    with pytest.raises(nd.InputError, match="no PATH given"):
        nd.find([])


def test_a_data_set_that_was_shuffled_is_read_in_its_order() -> None:
    datasets = pytest.importorskip("datasets")
    rows = {"id": list("abcd"), "text": [STORY, "Nothing else happened.", STORY, "Rain is expected."]}
    part = datasets.Dataset.from_dict(rows).select([3, 2, 0])
    found = nd.find(part)
    assert found.members["id"].to_pylist() == ["a", "c"]
    assert found.keep(part)["id"][:] == ["d", "a"]


def test_compare() -> None:
    found = nd.compare(STORY, STORY.upper())
    assert (found.relation, found.containment_left, found.resemblance) == ("exact", 1.0, 1.0)
    titled = nd.compare(
        {"text": STORY, "title": "Ferry stops", "published": "2026-03-01", "publisher": "Herald"},
        {"text": STORY + " Buses replace it until then.", "title": "Ferry stops", "published": None},
    )
    assert titled.relation == "near"
    assert titled.passages[0][0].startswith("The ferry")
    assert titled.reason.startswith("compared: 16 words")
    with pytest.raises(nd.InputError, match="the second document cannot be compared: its text has no letter"):
        nd.compare(STORY, "!")
    with pytest.raises(nd.InputError, match="a mapping with a text"):
        nd.compare(STORY, {"body": STORY})
    with pytest.raises(nd.InputError, match="expected a text or a mapping"):
        nd.compare(STORY, 7)  # type: ignore[arg-type]


def test_sketch() -> None:
    texts = [STORY, None, STORY.upper()]
    made = nd.sketch(texts)
    rows = made.to_pylist()
    assert [row["words"] for row in rows] == [16, 0, 16]
    assert rows[0] == rows[2] and rows[1]["buckets"] == []
    assert len(rows[0]["fingerprints"]) == len(rows[0]["positions"]) > 0
    parts = pa.chunked_array([texts[:1], texts[1:]])
    assert nd.sketch(parts).to_pylist() == rows
    for library in ("pandas", "polars"):
        series = pytest.importorskip(library).Series(texts)
        assert nd.sketch(series).to_pylist() == rows
    assert nd.sketch([]).num_rows == 0
    with pytest.raises(nd.InputError, match="expected texts, found int64"):
        nd.sketch([1, 2])
    with pytest.raises(nd.InputError, match="found one text; pass it in a list"):
        nd.sketch(STORY)
