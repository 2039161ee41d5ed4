"""Ctrl-C, threads and progress."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import news_dedupe as nd
from news_dedupe import _native
from news_dedupe._options import options
from news_dedupe._progress import Progress

# Reads without end, says so, and then how long a Ctrl-C took.
INTERRUPTED = """
import os, signal, sys, threading, time
import news_dedupe as nd

def interrupt():
    time.sleep(1.5)
    sent.append(time.monotonic())
    os.kill(os.getpid(), signal.SIGINT)

sent = []
words = " ".join(f"w{n}" for n in range(20_000))
frame = [{"text": f"{n} {words}"} for n in range(2_000)]
threading.Thread(target=interrupt).start()
try:
    nd.find(frame, shingle=3)
    print("finished", flush=True)
except KeyboardInterrupt:
    print(time.monotonic() - sent[0], flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_ctrl_c_works_within_a_second() -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-c", INTERRUPTED], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0 and done.stderr == "", done
    assert float(done.stdout) < 1.0


def test_the_gil_is_released(table: pa.Table) -> None:
    large = pa.concat_tables([table] * 100)
    ticks, done = 0, threading.Event()

    def count() -> None:
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    before = time.monotonic()
    nd.find(large)
    seconds = time.monotonic() - before
    done.set()
    thread.join()
    # A thread that had to wait would have run once or twice.
    assert ticks > 20 * min(seconds, 1.0), (ticks, seconds)


def test_calls_of_several_threads_give_one_result(table: pa.Table) -> None:
    results: list[str] = []
    threads = [
        threading.Thread(target=lambda: results.append(nd.find(table).to_json())) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4 and len(set(results)) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_process_can_call_again(table: pa.Table) -> None:
    nd.find(table)
    child = os.fork()
    if child == 0:
        os._exit(0 if nd.find(table, threads=2).summary["clusters"] > 3 else 1)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            assert status == 0
            return
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    pytest.fail("the child hangs")


def test_progress_goes_through_the_stages(table: pa.Table) -> None:
    large = pa.concat_tables([table] * 200)
    shown: list[tuple[str, int | None, int, int]] = []
    _native.run(large, options(), lambda *state: shown.append(state))
    for stage, total, items, read in shown:
        assert stage in ("walk", "read", "candidates", "boilerplate", "verify", "cluster", "report")
        assert total is None or max(items if stage == "verify" else read, 0) <= total


def test_an_error_while_showing_progress_ends_the_run(table: pa.Table) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        _native.run(pa.concat_tables([table] * 400), options(), fail)


def test_the_bar_follows_the_stages(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tqdm")
    with Progress(True) as progress:
        progress.show("read", 100, 1, 50)
        progress.show("read", 100, 2, 100)
        progress.show("verify", 10, 5, 0)
    shown = capsys.readouterr().err
    assert "Reading" in shown and "Comparing" in shown
    with Progress(False) as progress:
        progress.show("read", 100, 1, 50)
    assert capsys.readouterr().err == ""


def test_without_optional_libraries(tmp_path: Path) -> None:
    """The package needs pyarrow alone."""
    code = """
import sys
for name in ("polars", "duckdb", "datasets", "tqdm", "IPython"):
    sys.modules[name] = None
import news_dedupe as nd
story = "The ferry to Lisle stops for two weeks in March, because the pier is being repaired."
frame = [{"text": story}, {"text": story}]
print(len(nd.find(frame, progress=True).keep(frame)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, cwd=tmp_path
    )
    assert done.stdout.strip() == "1", done.stderr
