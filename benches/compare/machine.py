"""Describes the machine and the programs of a measurement."""

import os
import platform
import subprocess
from pathlib import Path


def describe():
    """Processor, cores, memory and kernel in one line."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    kernel = f"{platform.system()} {platform.release()}"
    return f"{_processor()}, {cores} cores, {memory:.1f} GiB of memory, {kernel}"


def version(command):
    """The first line that a program prints about its version."""
    done = subprocess.run(command, capture_output=True, text=True)
    lines = (done.stdout or done.stderr).splitlines()
    return lines[0] if lines and not done.returncode else f"{command[0]} of unknown version"


def locale():
    """The locale, which decides how `wc` converts bytes to characters."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    return next((name for name in names if name), "C")


def load():
    """The average number of running processes in the last minute."""
    return os.getloadavg()[0]


def _processor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor() or platform.machine())
