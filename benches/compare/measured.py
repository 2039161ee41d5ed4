"""Time and memory of one command.

A process is charged with the memory of the one that started it, up to the moment when it becomes another program.
So commands are started by this file, run as a program of its own, which has little: some 13 MB, and no figure is
less than that.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """Seconds by the clock and of all processors; the most memory that it had, in bytes; what it said."""

    seconds: float
    processor: float
    memory: int
    status: int
    errors: str


def run(command, folder, environment=None):
    """Runs a command, its standard output thrown away."""
    errors = folder / "errors.txt"
    line = [sys.executable, "-I", "-S", __file__, str(errors), *map(str, command)]
    done = subprocess.run(line, stdout=subprocess.PIPE, env=environment, check=True)
    return Run(**json.loads(done.stdout), errors=errors.read_text(errors="replace"))


def _main(errors, command):
    to_files = [
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644),
    ]
    begun = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=to_files)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - begun
    # macOS counts bytes, others kilobytes.
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
