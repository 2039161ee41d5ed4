"""An index on disk: the same as ``dedupe index``, also while others read and write it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import news_dedupe as nd
from conftest import CORPUS

STORY = "The ferry to Lisle stops for two weeks in March, because the pier is being repaired."


# The program, of the same version.
PROGRAM = os.environ.get("DEDUPE_PROGRAM") or None


def _program(*arguments: str | Path) -> str:
    assert PROGRAM is not None
    done = subprocess.run([PROGRAM, *arguments, "-q"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.idx"


def _long(n: int) -> str:
    return " ".join(f"story{n}word{w}" for w in range(60))


def test_the_first_addition_creates_the_index(path: Path, table: pa.Table) -> None:
    index = nd.Index(path)
    assert len(index) == 0 and index and not path.exists()
    with pytest.raises(nd.InputError, match="archive.idx: there is no index"):
        index.query(text=STORY)
    added = index.add(table)
    assert (added.created, added.new, added.documents, added.epoch) == (True, 31, 31, 1)
    assert len(index) == len(nd.Index(path)) == 31
    again = index.add(table)
    assert (again.created, again.new, again.known, again.copies) == (False, 0, 31, 0)
    assert repr(again).startswith("nothing new: 31 documents were already there;")
    # What is there already has its copies all the same.
    assert again.matches.equals(added.matches)


def test_every_kind_of_frame_gives_what_the_file_gives(frame: Any, tmp_path: Path) -> None:
    of_frame, of_file = nd.Index(tmp_path / "frame.idx"), nd.Index(tmp_path / "file.idx")
    from_frame, from_file = of_frame.add(frame), of_file.add(CORPUS)
    assert repr(from_frame) == repr(from_file)
    columns = ["left", "right", "relation", "words", "containment_left", "spans"]
    assert from_frame.matches.select(columns).equals(from_file.matches.select(columns))
    assert of_frame.query(frame) == of_file.query([str(CORPUS)])
    assert of_frame.info()["documents"] == 31


@pytest.mark.skipif(PROGRAM is None, reason="there is no program")
def test_the_program_gives_the_same(path: Path, tmp_path: Path, records: list[dict[str, Any]]) -> None:
    changed = [{**record, "text": record["text"] + " One more sentence."} for record in records[:9]]
    files = {"old": records[:20], "changed": changed, "new": records[16:]}
    for name, of_file in files.items():
        lines = [json.dumps(record) + "\n" for record in of_file]
        (tmp_path / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    old, versions, new = (tmp_path / f"{name}.jsonl" for name in files)
    theirs = tmp_path / "theirs.idx"
    index = nd.Index(path)
    for file in (old, versions):
        _program("index", "add", theirs, file)
        index.add(file)
    assert index.query([str(new)]) == json.loads(_program("index", "query", theirs, new))
    info, their_info = index.info(counts=True), json.loads(_program("index", "info", theirs, "--counts"))
    assert info == their_info
    id = records[0]["id"]
    lines = _program("index", "history", theirs, id).splitlines()
    assert index.history(id) == [json.loads(line) for line in lines] and len(lines) == 2
    index.export(tmp_path / "ours.jsonl")
    assert (tmp_path / "ours.jsonl").read_text(encoding="utf-8") == _program("index", "export", theirs)
    checked = _program("check", new, "--against", theirs, "--format", "csv", "--no-config")
    index.check(new).report(tmp_path / "ours.csv")
    assert (tmp_path / "ours.csv").read_text(encoding="utf-8") == checked
    # Both read and write what the other one wrote.
    _program("index", "remove", path, id)
    assert len(index) == their_info["documents"] - 1
    nd.Index(theirs).remove(id)
    assert _program("index", "verify", theirs) == "" and index.verify() == []


def test_an_addition_reports_the_same_as_a_check_before_it(path: Path, table: pa.Table) -> None:
    index = nd.Index(path)
    index.add(table.slice(0, 16))
    rest = table.slice(16)
    checked = index.check(rest)
    assert checked.summary["new"] == 15 and checked.summary["documents"] == 31
    assert len(index) == 16
    added = index.add(rest)
    new = set(rest["id"].to_pylist())
    pairs = checked.matches.select(["left", "right"]).to_pylist()
    assert pairs and all({pair["left"], pair["right"]} & new for pair in pairs)
    assert added.matches.equals(checked.matches)
    members = ["cluster", "id", "relation", "containment"]
    assert added.found.members.select(members).equals(checked.members.select(members))


def test_a_check_drops_only_new_documents(path: Path) -> None:
    index = nd.Index(path)
    index.add([{"id": "old", "text": _long(1), "date": "2026-01-01"}, {"id": "short", "text": _long(2)[:400]}])
    new = [
        {"id": "copy", "text": _long(1), "date": "2026-02-01"},
        {"id": "other", "text": _long(3)},
        {"id": "full", "text": _long(2) + " " + _long(4)},
    ]
    found = index.check(new)
    assert [record["id"] for record in found.keep(new)] == ["other", "full"]
    assert found.dropped()["kept"].to_pylist() == ["old"]


def test_answers_are_those_of_the_service(path: Path) -> None:
    index = nd.Index(path)
    index.add([{"id": "a", "text": _long(1), "publisher": "A"}])
    new = index.query(text=_long(1) + " and more", headline="New", publisher="B", id="b")
    assert (new["id"], new["change"], new["duplicate"], new["of"]) == ("b", "new", True, "a")
    assert new["relation"] == "near" and new["spans"][0]["begin"] == 0
    (story,) = new["clusters"]
    assert sorted(story["members"]) == ["a", "b"] and story["publishers"] == 2
    assert index.query({"id": "a", "text": _long(1)})["change"] == "known"
    assert index.query({"id": "a", "text": _long(2)})["change"] == "version"
    unnamed = index.query(text=STORY)
    assert not unnamed["duplicate"] and unnamed["clusters"] == []
    several = index.query([{"text": _long(1)}, {"text": STORY}])
    assert [answer["duplicate"] for answer in several] == [True, False]
    assert len(index) == 1


def test_versions_and_removal(path: Path) -> None:
    index = nd.Index(path)
    index.add([{"id": "a", "title": "First", "text": _long(1)}, {"id": "b", "text": _long(2)}])
    added = index.add([{"id": "a", "title": "Second", "text": _long(1) + " more words"}])
    assert (added.new, added.versions) == (0, 1)
    versions = index.history("a")
    assert [(v["version"], v["title"], v["words"]) for v in versions] == [(1, "First", 60), (2, "Second", 62)]
    assert versions[0]["relation"] is None and versions[1]["containment_before"] == 1.0
    with pytest.raises(nd.InputError, match="no document has the id missing"):
        index.remove(["b", "missing"])
    assert len(index) == 2
    index.remove("b")
    index.remove([])
    assert len(index) == 1
    with pytest.raises(nd.InputError, match="no document has the id b"):
        index.history("b")


def test_maintenance(path: Path, table: pa.Table, tmp_path: Path) -> None:
    index = nd.Index(path)
    index.add(table)
    assert index.verify() == []
    assert index.compact()["epoch"] == 2
    info = index.info(counts=True)
    assert info["epoch"] == 2 and info["documents"] == 31 and info["matches"] > 0
    assert "matches" not in index.info() and "--threshold 0.5" in info["rules"]
    index.export(tmp_path / "out.jsonl")
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    exported = {record["id"]: record["text"] for record in map(json.loads, lines)}
    assert exported == {row["id"]: row["text"] for row in table.to_pylist()}
    with pytest.raises(nd.OutputError, match="does not exist"):
        index.export(tmp_path / "missing" / "out.jsonl")


def test_rules_are_kept(path: Path) -> None:
    index = nd.Index(path, threshold=0.8, prefer=["Agency"])
    index.add([{"id": "a", "text": _long(1)}])
    assert nd.Index(path).info()["rules"].startswith("--threshold 0.8")
    assert nd.Index(path).add([{"id": "b", "text": _long(2)}]).documents == 2
    nd.Index(path, threshold=0.8, prefer="Agency").check([{"text": STORY}])
    with pytest.raises(nd.InputError, match="created with --threshold 0.8, not with --threshold 0.6"):
        nd.Index(path, threshold=0.6)
    with pytest.raises(nd.InputError, match="threshold=7: expected"):
        nd.Index(path, threshold=7)


def test_what_is_no_index(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "note.txt").write_text("A note.")
    with pytest.raises(nd.InputError, match="notes: this is not an index of dedupe"):
        nd.Index(tmp_path / "notes")
    with pytest.raises(nd.InputError, match="no document could be read"):
        nd.Index(tmp_path / "new.idx").add(tmp_path / "missing.jsonl")
    assert not (tmp_path / "new.idx").exists()
    index = nd.Index(tmp_path / "a.idx")
    index.add([{"id": "a", "text": _long(1)}])
    (manifest,) = (tmp_path / "a.idx").rglob("manifest")
    manifest.write_bytes(manifest.read_bytes()[:-1])
    with pytest.raises(nd.InputError, match="a.idx: the index is damaged"):
        index.query(text=STORY)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ([{"text": STORY}], "no column for the id, which an index needs; the columns are: text"),
        ([{"id": "a", "text": STORY}, {"id": None, "text": STORY}], "row 2 has no id"),
        ([{"id": "a", "text": STORY}, {"id": " ", "text": STORY}], "row 2 has no id"),
        ([{"id": "a", "text": STORY}, {"id": "a", "text": STORY}], "several rows have the id a"),
        ([{"Id": 7, "text": STORY}, {"Id": 7, "text": STORY}], "several rows have the id 7"),
        # A reader takes none of these as an id, so the rows would be named by their numbers.
        ([{"id": Decimal(71), "text": STORY}], "no column for the id"),
        ([{"id": True, "text": STORY}], "no column for the id"),
        ([{"id": 1.5, "text": STORY}], "row 1 has no id"),
    ],
)
def test_rows_need_ids_that_stay(path: Path, frame: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(nd.InputError, match=message):
        nd.Index(path).add(frame)
    assert not path.exists()


@pytest.mark.parametrize(
    "ids",
    [
        pa.array([1.5, 2.5]).dictionary_encode(),
        pa.array([float("inf"), 1.0]),
        pa.array([b"\xff\xfe", b"\xfe\xff"]),
    ],
)
def test_columns_that_are_not_read_as_ids_are_refused(path: Path, ids: pa.Array) -> None:
    with pytest.raises(nd.InputError, match="id"):
        nd.Index(path).add(pa.table({"id": ids, "text": [STORY, STORY]}))
    assert not path.exists()


def test_columns_have_other_names(path: Path) -> None:
    frame = pa.table({"article": [{"key": "a", "body": _long(1)}, {"key": "b", "body": _long(1)}]})
    added = nd.Index(path).add(frame, id="article.key", text="article.body")
    assert (added.new, added.copies) == (2, 2)
    with pytest.raises(nd.InputError, match="no column key for the id"):
        nd.Index(path).add(frame, id="key", text="article.body")


def test_wrong_questions(path: Path) -> None:
    index = nd.Index(path)
    index.add([{"id": "a", "text": _long(1)}])
    with pytest.raises(nd.InputError, match="headlin: no field of a document has this name"):
        index.query(text=STORY, headlin="Ferry")
    with pytest.raises(nd.InputError, match="expected a document"):
        index.query()
    with pytest.raises(nd.InputError, match="found both"):
        index.query([{"text": STORY}], title="Ferry")
    with pytest.raises(nd.InputError, match="no document could be read"):
        index.query("missing.txt")
    index.close()
    with pytest.raises(nd.InputError, match="the index was closed"):
        len(index)


# Opens an index for writing and says so, as long as its input is open.
WRITER = """
import sys
from fcntl import flock, LOCK_EX
lock = open(sys.argv[1] + "/store/lock", "r+")
flock(lock, LOCK_EX)
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(os.name != "posix", reason="locks a file")
def test_a_second_writer_waits_and_readers_do_not(path: Path) -> None:
    index = nd.Index(path)
    index.add([{"id": "a", "text": _long(1)}])
    command = [sys.executable, "-P", "-c", WRITER, str(path)]
    writer = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert writer.stdin is not None and writer.stdout is not None
    assert writer.stdout.readline() == "locked\n"
    try:
        assert index.query(text=_long(1))["of"] == "a" and len(nd.Index(path)) == 1
        with pytest.raises(nd.ResourceError, match="archive.idx: another process is writing"):
            index.remove("a")
        threading.Timer(0.3, writer.stdin.close).start()
        assert index.add([{"id": "b", "text": _long(2)}]).documents == 2
    finally:
        writer.kill()
        writer.wait()
        writer.stdout.close()


def test_readers_see_what_others_added(path: Path) -> None:
    writer, reader = nd.Index(path), nd.Index(path)
    writer.add([{"id": "0", "text": _long(0)}])
    done = threading.Event()
    sizes: list[int] = []

    def read() -> None:
        while not done.is_set():
            sizes.append(len(reader))
            answer = reader.query(text=_long(0))
            assert answer["duplicate"], answer

    thread = threading.Thread(target=read)
    thread.start()
    for n in range(1, 9):
        writer.add([{"id": str(n), "text": _long(n)}])
        assert reader.query(text=_long(n))["of"] == str(n)
    done.set()
    thread.join()
    assert sizes == sorted(sizes) and len(sizes) > 1
    assert len(reader) == 9
    writer.compact()
    assert reader.query(text=_long(0))["epoch"] == 2


# Adds without end, says so, and then how long a Ctrl-C took.
INTERRUPTED = """
import os, signal, sys, threading, time
import news_dedupe as nd

def interrupt():
    time.sleep(2)
    sent.append(time.monotonic())
    os.kill(os.getpid(), signal.SIGINT)

sent = []
words = " ".join(f"w{n}" for n in range(3_000))
frame = [{"id": n, "text": f"{n} {words}"} for n in range(20_000)]
threading.Thread(target=interrupt).start()
try:
    nd.Index(sys.argv[1]).add(frame)
    print("finished", flush=True)
except KeyboardInterrupt:
    print(time.monotonic() - sent[0], flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_ctrl_c_works_within_a_second(path: Path) -> None:
    command = [sys.executable, "-P", "-c", INTERRUPTED, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and done.stderr == "", done
    assert float(done.stdout) < 1.0


def test_a_link_to_a_file_that_does_not_exist_is_written_through(path: Path, tmp_path: Path, table: pa.Table) -> None:
    nd.Index(path).add(table)
    (tmp_path / "exports").mkdir()
    link = tmp_path / "latest.jsonl"
    link.symlink_to("exports/today.jsonl")
    nd.Index(path).export(link)
    assert link.is_symlink() and (tmp_path / "exports" / "today.jsonl").stat().st_size > 0


def test_a_first_addition_says_why_nothing_was_read(path: Path, tmp_path: Path) -> None:
    with pytest.raises(nd.InputError, match="no document could be read: .*missing.jsonl"):
        nd.Index(path).add([str(tmp_path / "missing.jsonl")])
    assert not path.exists()


def test_an_addition_without_documents_fails(path: Path, table: pa.Table) -> None:
    empty = table.slice(0, 0)
    with pytest.raises(nd.InputError, match="no document could be read"):
        nd.Index(path).add(empty)
    assert not path.exists()
    index = nd.Index(path)
    index.add(table)
    with pytest.raises(nd.InputError, match="no document could be read"):
        index.add(empty)
    assert index.add(table.slice(0, 3)).known == 3
    # There is an answer for each row, and nothing to keep.
    assert index.query(empty) == [] and index.check(empty).keep(empty).num_rows == 0
