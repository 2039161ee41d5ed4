"""Other programs for the same job, from the Python Package Index."""

import subprocess
import sys
from pathlib import Path

import measured

VERSIONS = {"gaoya": "0.2.2", "rensa": "0.5.0", "datasketch": "2.0.0"}
JOB = Path(__file__).with_name("peer_job.py")


class Peers:
    """The peers that can be had, in a virtual environment of their own."""

    def __init__(self, folder, names, tell):
        self.python = folder / "bin" / "python"
        self.present, self.skipped = [], {}
        if names and not self.python.exists():
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        for name in names:
            fault = self._missing(name) and self._install(name, tell)
            if fault:
                tell(f"skipped {name}: {fault}")
                self.skipped[name] = fault
            else:
                self.present.append(name)

    def _missing(self, name):
        asked = f"import importlib.metadata as m, {name}; print(m.version('{name}'))"
        said = subprocess.run([self.python, "-c", asked], capture_output=True, text=True)
        return said.stdout.strip() != VERSIONS[name]

    def _install(self, name, tell):
        """Nothing, or why it could not be installed."""
        tell(f"installing {name}")
        pip = [self.python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        said = subprocess.run([*pip, f"{name}=={VERSIONS[name]}"], capture_output=True, text=True)
        if said.returncode:
            return (said.stderr.strip().splitlines() or ["no reason given"])[-1]
        return "it cannot be imported" if self._missing(name) else None

    def run(self, name, corpus, pairs, folder):
        """Runs a peer over a corpus; it writes the pairs it finds."""
        return measured.run([self.python, "-I", JOB, name, corpus, pairs], folder)
