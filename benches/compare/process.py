"""Runs one command and measures its time and memory.

The kernel charges a process with the memory of its parent until the process becomes another program. So this file
runs as a small program of its own and starts the command from there. It needs about 13 MB; no figure is smaller.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """Wall-clock and processor seconds, peak memory in bytes, the exit code and the text on standard error."""

    seconds: float
    processor: float
    memory: int
    status: int
    errors: str


def run(command, folder, environment=None):
    """Runs a command and discards its standard output."""
    errors = folder / "errors.txt"
    line = [sys.executable, "-I", "-S", __file__, str(errors), *map(str, command)]
    done = subprocess.run(line, stdout=subprocess.PIPE, env=environment, check=True)
    return Run(**json.loads(done.stdout), errors=errors.read_text(errors="replace"))


def _main(errors, command):
    file_actions = [
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644),
    ]
    start = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=file_actions)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    # macOS reports bytes, other systems kilobytes.
    unit = 1 if sys.platform == "darwin" else 1024
    result = {
        "seconds": seconds,
        "processor": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss * unit,
        "status": os.waitstatus_to_exitcode(status),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2:])
