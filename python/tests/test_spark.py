"""The distributed job: the result of one machine, however it runs."""

from __future__ import annotations

import json
import re
import shlex
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import news_dedupe as nd
from conftest import ROOT
from made_corpus import Record, corpus, rare_words

pytest.importorskip("pyspark")

Clusters = dict[str, list[tuple[str, str]]]


@pytest.fixture(scope="module")
def made() -> list[Record]:
    return corpus()


@pytest.fixture(scope="module")
def expected(made: list[Record]) -> Clusters:
    return of_table(nd.find(pa.Table.from_pylist(made)).members)


@pytest.fixture(scope="module")
def parquet(made: list[Record], tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("corpus")
    numbered = [{**record, "row": row} for row, record in enumerate(made)]
    pq.write_table(pa.Table.from_pylist(numbered), folder / "news.parquet")
    return str(folder / "news.parquet")


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    pytest.importorskip("pysail")
    from news_dedupe.spark import session

    with session("sail") as spark:
        yield spark


def of_table(members: pa.Table) -> Clusters:
    found: Clusters = defaultdict(list)
    for row in members.select(["representative", "id", "relation"]).to_pylist():
        found[row["representative"]].append((row["id"], row["relation"]))
    return {representative: sorted(others) for representative, others in found.items()}


def written(output: Path) -> Clusters:
    """The clusters of the tables that a job wrote."""
    return of_table(pq.read_table(output / "members"))


def test_the_corpus_has_what_a_job_must_bring_together(expected: Clusters) -> None:
    relations = [relation for members in expected.values() for _, relation in members]
    assert {"representative", "exact", "near", "contains", "contained"} <= set(relations)
    assert len(expected) > 10
    assert max(map(len, expected.values())) > 24


def test_the_clusters_are_those_of_one_machine(
    spark: Any, parquet: str, expected: Clusters, made: list[Record], tmp_path: Path
) -> None:
    from news_dedupe.spark import find

    result = find(spark, parquet, str(tmp_path), order="row")
    assert of_table(result.members.toArrow()) == expected
    assert written(tmp_path) == expected
    assert result.manifest["documents"] == len(made) - 1
    assert result.manifest["clusters"] == len(expected)
    assert pq.read_table(tmp_path / "faults")["code"].to_pylist() == ["empty"]
    one_machine = nd.find(parquet)
    for table in ("members", "matches"):
        found = pq.read_table(tmp_path / table)
        expected = getattr(one_machine, table).select(found.column_names).to_pylist()
        for row in expected:
            if table == "members" and row["relation"] in ("representative", "exact"):
                # On one machine it is the share of the story in the document.
                row["containment"] = 1.0
        assert sorted(map(str, found.to_pylist())) == sorted(map(str, expected)), table


def test_the_order_and_the_partitions_of_the_rows_do_not_matter(
    spark: Any, parquet: str, expected: Clusters, tmp_path: Path
) -> None:
    from pyspark.sql import functions as F

    from news_dedupe.spark import find

    shuffled = spark.read.parquet(parquet).repartition(7, F.crc32(F.col("text").cast("binary")))
    find(spark, shuffled, str(tmp_path), order="row")
    assert written(tmp_path) == expected


def test_components_are_connected_in_rounds_too(
    spark: Any, parquet: str, expected: Clusters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from news_dedupe.spark import _components, find

    monkeypatch.setattr(_components, "SMALL", 0)
    find(spark, parquet, str(tmp_path), order="row")
    assert written(tmp_path) == expected
    assert (tmp_path / "stages" / "components-1").exists()


def test_rare_words_decide_as_on_one_machine(spark: Any, tmp_path: Path) -> None:
    from news_dedupe.spark import find

    records = rare_words()
    expected = of_table(nd.find(pa.Table.from_pylist(records)).members)
    stories = [[f"story-{k}-a", f"story-{k}-b"] for k in range(6)]
    assert sorted(sorted(id for id, _ in members) for members in expected.values()) == stories
    frame = spark.createDataFrame(records, "id string, source string, date string, text string")
    result = find(spark, frame, str(tmp_path))
    assert of_table(result.members.toArrow()) == expected


def test_copies_within_one_source_can_be_left_out(
    spark: Any, made: list[Record], expected: Clusters, tmp_path: Path
) -> None:
    from news_dedupe.spark import find

    # Some stories have exact copies of their own source only, and one has copies without a source.
    sources = {"exact-1-0": "post", "exact-1-1": "POST", "exact-5-1": None, "exact-5-2": None}
    records = [{**record, "source": sources.get(record["id"], record["source"])} for record in made]
    numbered = [{**record, "row": row} for row, record in enumerate(records)]
    pq.write_table(pa.Table.from_pylist(numbered), tmp_path / "news.parquet")
    one_machine = nd.find(pa.Table.from_pylist(records), cross_source_only=True)
    result = find(
        spark, str(tmp_path / "news.parquet"), str(tmp_path / "out"), order="row", cross_source_only=True
    )
    across = of_table(one_machine.members)
    assert written(tmp_path / "out") == across
    assert 0 < len(across) < len(expected)
    assert result.manifest["clusters"] == len(across)
    columns = ["left", "right", "relation", "words", "longest_run"]
    found = pq.read_table(tmp_path / "out" / "matches").select(columns).to_pylist()
    assert sorted(map(str, found)) == sorted(map(str, one_machine.matches.select(columns).to_pylist()))


def test_only_documents_of_near_dates_match(
    spark: Any, parquet: str, expected: Clusters, tmp_path: Path
) -> None:
    from news_dedupe.spark import find

    find(spark, parquet, str(tmp_path), order="row", within=1)
    one_machine = nd.find(parquet, within=1)
    near = of_table(one_machine.members)
    assert written(tmp_path) == near != expected
    columns = ["left", "right", "relation", "words", "longest_run"]
    found = pq.read_table(tmp_path / "matches").select(columns).to_pylist()
    assert sorted(map(str, found)) == sorted(map(str, one_machine.matches.select(columns).to_pylist()))


@pytest.mark.parametrize("cross_source_only", [False, True])
def test_the_json_report_is_that_of_one_machine(
    spark: Any, parquet: str, tmp_path: Path, cross_source_only: bool
) -> None:
    from news_dedupe.spark import find

    file = tmp_path / "report.json"
    rules = {"cross_source_only": cross_source_only}
    find(spark, parquet, str(tmp_path / "out"), order="row", json_report=file, **rules)
    nd.find(parquet, **rules).report(tmp_path / "one-machine.json")
    expected = without_boilerplate(tmp_path / "one-machine.json")
    assert without_boilerplate(file) == expected
    # The list of boilerplate is empty: the rest is equal byte for byte, apart from the lines of faults.
    lines = [line for line in file.read_text().splitlines() if '"members"' in line or '"left"' in line]
    assert lines == [
        line
        for line in (tmp_path / "one-machine.json").read_text().splitlines()
        if '"members"' in line or '"left"' in line
    ]


def without_boilerplate(report: Path) -> dict[str, Any]:
    """A report without what only one machine knows."""
    read = json.loads(report.read_text())
    read["boilerplate"], read["summary"]["boilerplate"] = [], 0
    read["warnings"] = [fault for fault in read["warnings"] if fault["code"] != "duplicate-id"]
    for fault in read["skipped"] + read["warnings"]:
        fault.pop("line", None)
    return read


def test_the_json_report_lists_the_first_faults_and_counts_the_others(spark: Any, tmp_path: Path) -> None:
    from news_dedupe.spark import find

    empty = [{"id": f"empty-{n}", "text": "..."} for n in range(10_300)]
    table = pa.Table.from_pylist([*empty, {"id": "a", "text": "One story of today."}])
    pq.write_table(table, tmp_path / "news.parquet")
    file = tmp_path / "report.json"
    find(spark, str(tmp_path / "news.parquet"), str(tmp_path / "out"), json_report=file)
    nd.find(tmp_path / "news.parquet").report(tmp_path / "one-machine.json")
    found = without_boilerplate(file)
    assert found == without_boilerplate(tmp_path / "one-machine.json")
    assert (len(found["skipped"]), found["skipped"][-1]["count"], found["summary"]["skipped"]) == (10_001, 300, 10_300)
    assert pq.read_table(tmp_path / "out" / "faults").num_rows == 10_300


def test_lines_of_json_are_read_as_the_command_line_reads_them(
    spark: Any, made: list[Record], expected: Clusters, tmp_path: Path
) -> None:
    from news_dedupe.spark import find

    lines = [json.dumps(record) for record in made]
    (tmp_path / "news.jsonl").write_text("\n".join([*lines, "{broken"]), encoding="utf-8")
    find(spark, str(tmp_path / "news.jsonl"), str(tmp_path / "out"))
    faults = pq.read_table(tmp_path / "out" / "faults")["code"].to_pylist()
    assert sorted(faults) == ["empty", "not-json"]
    # Without an order, documents of one id are in that of their dates.
    assert len(written(tmp_path / "out")) == len(expected)


class Interrupted(Exception):
    pass


def test_a_job_that_ended_early_goes_on(
    spark: Any, parquet: str, expected: Clusters, tmp_path: Path
) -> None:
    from news_dedupe.spark import find

    def until_candidates(line: str) -> None:
        if line.startswith("candidates"):
            raise Interrupted

    with pytest.raises(Interrupted):
        find(spark, parquet, str(tmp_path), order="row", report=until_candidates)
    # A table that was not finished has no marker.
    (tmp_path / "stages" / "matches").mkdir()
    (tmp_path / "stages" / "matches" / "part.parquet").write_bytes(b"PAR1")
    lines: list[str] = []
    find(spark, parquet, str(tmp_path), order="row", report=lines.append)
    earlier = [line.split(":")[0] for line in lines if "earlier run" in line]
    assert {"sketches", "documents", "postings", "candidates"} <= set(earlier)
    assert not {"matches", "clusters", "members"} & set(earlier)
    assert written(tmp_path) == expected
    lines.clear()
    find(spark, parquet, str(tmp_path), order="row", report=lines.append)
    assert all("earlier run" in line for line in lines)
    # Other rules make other tables, and these are not taken for those of the first rules afterwards.
    find(spark, parquet, str(tmp_path), order="row", threshold=0.9)
    assert written(tmp_path) != expected
    find(spark, parquet, str(tmp_path), order="row")
    assert written(tmp_path) == expected


def test_wrong_input_is_an_error(spark: Any, parquet: str, tmp_path: Path) -> None:
    from news_dedupe.spark import find

    with pytest.raises(nd.InputError, match="the input has no column 'position'"):
        find(spark, parquet, str(tmp_path / "a"), order="position")
    with pytest.raises(nd.InputError, match="cannot tell the format"):
        find(spark, "news", str(tmp_path / "b"))
    with pytest.raises(nd.InputError, match="threshold=2"):
        find(spark, parquet, str(tmp_path / "c"), threshold=2)


def test_a_job_keeps_sides_of_joins_off_the_driver(spark: Any, tmp_path: Path) -> None:
    from news_dedupe.spark import find
    from news_dedupe.spark._session import BROADCAST, SMALL_BROADCAST

    (tmp_path / "news.jsonl").write_text('{"id": "a", "text": "..."}\n', encoding="utf-8")
    seen = set()

    def note(line: str) -> None:
        seen.add(spark.conf.get(BROADCAST, None))

    find(spark, str(tmp_path / "news.jsonl"), str(tmp_path / "a"), report=note)
    assert seen == {SMALL_BROADCAST} and spark.conf.get(BROADCAST, None) is None
    # A session that sets the limit itself keeps it.
    spark.conf.set(BROADCAST, "-1")
    seen.clear()
    try:
        find(spark, str(tmp_path / "news.jsonl"), str(tmp_path / "b"), report=note)
        assert seen == {"-1"} and spark.conf.get(BROADCAST, None) == "-1"
    finally:
        spark.conf.unset(BROADCAST)


def test_a_session_may_refuse_settings() -> None:
    from pyspark.errors import PySparkException

    from news_dedupe.spark._session import small_broadcasts

    class Refusing:
        def get(self, name: str, default: Any) -> Any:
            return default

        def set(self, name: str, value: str) -> None:
            raise PySparkException(f"{name} cannot be set")

    class Session:
        conf = Refusing()

    with small_broadcasts(Session()):  # type: ignore[arg-type]
        pass


def test_a_corpus_without_documents_gives_empty_tables(spark: Any, tmp_path: Path) -> None:
    from news_dedupe.spark import find

    (tmp_path / "news.jsonl").write_text('{"id": "a", "text": "..."}\n', encoding="utf-8")
    result = find(spark, str(tmp_path / "news.jsonl"), str(tmp_path / "out"))
    assert result.members.count() == result.matches.count() == result.dictionary.count() == 0
    assert (result.manifest["documents"], result.manifest["faults"]) == (0, 1)


def test_the_page_of_the_job_is_current(spark: Any, parquet: str, tmp_path: Path) -> None:
    from news_dedupe.spark import find
    from news_dedupe.spark.__main__ import arguments

    page = (ROOT / "docs" / "cluster.md").read_text(encoding="utf-8")
    blocks = dict(re.findall(r"^```(sh|python)\n(.*?)^```", page, re.MULTILINE | re.DOTALL))
    compile(blocks["python"], "docs/cluster.md", "exec")
    begin = "python3 -m news_dedupe.spark "
    commands = [line.removeprefix(begin) for line in page.splitlines() if line.startswith(begin)]
    assert len(commands) == 3
    for command in commands:
        arguments().parse_args(shlex.split(command))
    options = [option for action in arguments()._actions for option in action.option_strings]
    missing = [o for o in options if o.startswith("--") and f"`{o}" not in page and f" {o} " not in page]
    assert missing == ["--help", "--quiet"]
    lines: list[str] = []
    find(spark, parquet, str(tmp_path), order="row", report=lines.append)
    for stage in {re.sub(r"-\d+$", "-1", line.split(":")[0]) for line in lines}:
        assert f"`{stage}`" in page, stage


def job(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "news_dedupe.spark", *arguments]
    # Not in the source folder, where the package has no compiled part: workers import from the working directory.
    # Without the settings that the session of other tests has made.
    env = {name: value for name, value in os.environ.items() if not name.startswith("SPARK_")}
    return subprocess.run(command, cwd=sys.prefix, env=env, capture_output=True, text=True, timeout=900)


def test_the_command_on_sail(parquet: str, expected: Clusters, tmp_path: Path) -> None:
    pytest.importorskip("pysail")
    done = job("--order", "row", parquet, str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert f"{len(expected)} stories with" in done.stdout
    assert "candidates:" in done.stderr
    assert written(tmp_path) == expected
    assert job("nowhere", str(tmp_path)).returncode == 2


@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java")
def test_the_command_on_spark(parquet: str, expected: Clusters, tmp_path: Path) -> None:
    done = job("--master", "local[2]", "--order", "row", parquet, str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert written(tmp_path) == expected
