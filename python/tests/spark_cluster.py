"""A Spark cluster on this machine: a master and two workers, each with an executor of one core, and jobs that run on it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

WORKERS = 2
# A step that takes longer has failed.
PATIENCE = 1800.0
# Memory of a worker and of its executor.
MEMORY = ("1900m", "1500m")
SETTINGS = {
    "spark.cores.max": str(WORKERS),
    "spark.executor.cores": "1",
    "spark.executor.memory": MEMORY[1],
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.maxResultSize": "16m",
    "spark.sql.shuffle.partitions": "8",
    "spark.eventLog.enabled": "true",
    "spark.eventLog.compress": "false",
    "spark.eventLog.rolling.enabled": "false",
    "spark.ui.enabled": "false",
    # A busy machine is slow, but not lost.
    "spark.network.timeout": "1800s",
    "spark.executor.heartbeatInterval": "60s",
}


class Cluster:
    """A master and its workers. Their files are below a folder."""

    def __init__(self, folder: Path) -> None:
        import pyspark

        home = Path(pyspark.__file__).parent
        self.events = folder / "events"
        self.events.mkdir(parents=True)
        self._class = home / "bin" / "spark-class"
        self._folder = folder
        conf = folder / "conf"
        conf.mkdir()
        settings = {**SETTINGS, "spark.eventLog.dir": self.events.as_uri()}
        lines = [f"{name} {value}\n" for name, value in settings.items()]
        (conf / "spark-defaults.conf").write_text("".join(lines))
        # Without the settings that the session of other tests has made.
        env = {name: value for name, value in os.environ.items() if not name.startswith("SPARK_")}
        self._env = {
            **env,
            "SPARK_HOME": str(home),
            "SPARK_CONF_DIR": str(conf),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_NO_DAEMONIZE": "1",
            "SPARK_MASTER_OPTS": "-Dspark.worker.timeout=3600",
            "PYSPARK_PYTHON": sys.executable,
        }
        self._processes: list[subprocess.Popen[bytes]] = []
        self.url = ""
        self.workers: list[int] = []

    def start(self) -> None:
        """Starts all processes, and waits until the master knows the workers."""
        self._start("master", "master.Master", "--port", "0", "--webui-port", "0")
        self.url = self._said("master", "Starting Spark master at ")
        for at in range(WORKERS):
            name = f"worker-{at}"
            work = str(self._folder / name)
            options = ["--cores", "1", "--memory", MEMORY[0], "--webui-port", "0", "--work-dir", work]
            self.workers.append(self._start(name, "worker.Worker", *options, self.url))
            self._said(name, "Successfully registered with master ")

    def job(self, *arguments: str | Path) -> Job:
        """Starts a job on the cluster."""
        return Job([*map(str, arguments)], self.url, self._env)

    def lose_worker(self, job: Job, stage: str) -> None:
        """Ends a worker and its executor with SIGKILL while a task there writes the table of a stage."""

        def is_lost() -> bool:
            for leader in self.workers:
                if job.writers(leader, stage):
                    # The task may end at any moment. A process that stands still has not ended it.
                    signal_session(leader, signal.SIGSTOP)
                    if job.writers(leader, stage):
                        signal_session(leader, signal.SIGKILL)
                        return True
                    signal_session(leader, signal.SIGCONT)
            return job.has_ended()

        wait_for(is_lost, f"tasks of {stage}")
        assert not job.has_ended(), job.lines()

    def lost_executors(self) -> list[str]:
        """Why each executor that ended before its job did was lost."""
        return [event["Removed Reason"] for event in self._logged("SparkListenerExecutorRemoved")]

    def lost_tasks(self) -> int:
        """How many tasks ended because their executor was lost."""
        reasons = [event["Task End Reason"]["Reason"] for event in self._logged("SparkListenerTaskEnd")]
        return reasons.count("ExecutorLostFailure")

    def _logged(self, kind: str) -> Iterator[dict[str, Any]]:
        for log in self.events.iterdir():
            for line in log.read_text(encoding="utf-8").splitlines():
                event: dict[str, Any] = json.loads(line)
                if event["Event"] == kind:
                    yield event

    def stop(self) -> None:
        """Ends all processes."""
        for process in self._processes:
            signal_session(process.pid, signal.SIGKILL)
            process.wait()

    def _start(self, name: str, what: str, *options: str) -> int:
        command = [self._class, f"org.apache.spark.deploy.{what}", "--host", "127.0.0.1", *options]
        with (self._folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                command, env=self._env, stdout=log, stderr=log, start_new_session=True
            )
        self._processes.append(process)
        return process.pid

    def _said(self, name: str, begin: str) -> str:
        """Waits until a process logs a line, and returns its next word after ``begin``."""
        log = self._folder / f"{name}.log"
        wait_for(lambda: begin in log.read_text(encoding="utf-8", errors="replace"), f"{name} to start")
        return log.read_text(encoding="utf-8", errors="replace").split(begin, 1)[1].split()[0]


class Job:
    """A job in a process of its own."""

    def __init__(self, arguments: list[str], master: str, env: dict[str, str]) -> None:
        self.output = Path(arguments[-1])
        command = [sys.executable, "-m", "news_dedupe.spark", "--master", master, *arguments]
        # Not in the source folder, where the package has no compiled part: workers import from the working directory.
        self._process = subprocess.Popen(
            command, cwd=sys.prefix, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
        )  # fmt: skip
        self._lines: list[str] | None = None

    def writers(self, leader: int, stage: str) -> list[int]:
        """The processes of a session that have files of the table of a stage open."""
        table = self.output / "stages" / stage
        if not table.exists():
            return []
        return [pid for pid in session(leader) if any(path.startswith(f"{table}/") for path in open_files(pid))]

    def lose_driver(self, workers: list[int], stage: str) -> None:
        """Ends the driver with SIGKILL while workers write the table of a stage."""

        def is_written() -> bool:
            return self.has_ended() or any(self.writers(leader, stage) for leader in workers)

        wait_for(is_written, f"tasks of {stage}")
        assert not self.has_ended(), self.lines()
        signal_session(self._process.pid, signal.SIGKILL)
        self._process.communicate()

    def lines(self) -> list[str]:
        """Waits for the end of a job that succeeds, and returns what it printed."""
        if self._lines is None:
            printed, _ = self._process.communicate(timeout=PATIENCE)
            assert self._process.returncode == 0, printed
            self._lines = printed.splitlines()
        return self._lines

    def has_ended(self) -> bool:
        """True if the process has ended."""
        return self._process.poll() is not None


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster that ends with the block."""
    started = Cluster(folder)
    try:
        started.start()
        yield started
    finally:
        started.stop()


def session(leader: int) -> list[int]:
    """The processes of a session: a worker, its executors and their Python processes."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # The name of the command, in brackets, may have spaces.
            _, fields = (folder / "stat").read_text().rsplit(")", 1)
        except (FileNotFoundError, ProcessLookupError):
            continue  # It has ended.
        if int(fields.split()[3]) == leader:
            found.append(int(folder.name))
    return found


def signal_session(leader: int, number: signal.Signals) -> None:
    """Sends a signal to all processes of a session."""
    for pid in session(leader):
        with suppress(ProcessLookupError):  # It has ended.
            os.kill(pid, number)


def open_files(pid: int) -> list[str]:
    """The files that a process has open."""
    folder = f"/proc/{pid}/fd"
    found = []
    with suppress(FileNotFoundError, ProcessLookupError):  # It has ended.
        for number in os.listdir(folder):
            with suppress(FileNotFoundError, ProcessLookupError):  # It is closed.
                found.append(os.readlink(f"{folder}/{number}"))
    return found


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Waits until a condition holds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"waited for {what}"
        time.sleep(0.02)
