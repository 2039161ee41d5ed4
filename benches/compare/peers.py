"""Installs and runs other programs for the same job, from the Python Package Index."""

import subprocess
import sys
from pathlib import Path

import process

VERSIONS = {"gaoya": "0.2.2", "rensa": "0.5.0", "datasketch": "2.0.0"}
JOB = Path(__file__).with_name("peer_job.py")


class Peers:
    """The peers that can be installed, in a virtual environment of their own."""

    def __init__(self, folder, names, log):
        self.python = folder / "bin" / "python"
        self.present, self.skipped = [], {}
        if names and not self.python.exists():
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        for name in names:
            reason = None if self._is_installed(name) else self._install(name, log)
            if reason:
                log(f"skipped {name}: {reason}")
                self.skipped[name] = reason
            else:
                self.present.append(name)

    def _is_installed(self, name):
        program = f"import importlib.metadata as m, {name}; print(m.version('{name}'))"
        done = subprocess.run([self.python, "-c", program], capture_output=True, text=True)
        return done.stdout.strip() == VERSIONS[name]

    def _install(self, name, log):
        """Returns None, or the reason why the peer cannot be installed."""
        log(f"installing {name}")
        pip = [self.python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        done = subprocess.run([*pip, f"{name}=={VERSIONS[name]}"], capture_output=True, text=True)
        if done.returncode:
            return (done.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
        return None if self._is_installed(name) else "it cannot be imported"

    def run(self, name, corpus, pairs, folder):
        """Runs a peer on a corpus. The peer writes the pairs that it finds to `pairs`."""
        return process.run([self.python, "-I", JOB, name, corpus, pairs], folder)
