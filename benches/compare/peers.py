"""Installs and runs other programs for the same job, from the Python Package Index."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import process

JOB = Path(__file__).with_name("peer_job.py")


@dataclass(frozen=True)
class Package:
    """A package, and what pip installs for it. Without `alone`, pip also installs all that the package names."""

    version: str
    module: str
    extras: str = ""
    alone: bool = False
    others: tuple = ()


PACKAGES = {
    "gaoya": Package("0.2.2", "gaoya"),
    "rensa": Package("0.5.0", "rensa"),
    "datasketch": Package("2.0.0", "datasketch"),
    "FastSketchLSH": Package("1.0.1", "FastSketchLSH"),
    # Alone: it names Spark and neural models, which its MinHash does not use.
    "text-dedup": Package(
        "0.4.0",
        "text_dedup",
        alone=True,
        others=(
            "click==8.5.1",
            "click-option-group==0.5.10",
            "datasets==5.2.0",
            "ftfy==6.3.1",
            "numpy==2.4.6",
            "regex==2026.11.19",
            "rich==13.9.4",
            "scipy==1.17.1",
            "xxhash==4.1.0",
        ),
    ),
    # It reads JSON Lines with orjson. Its words in English, German and Japanese are those of spaCy.
    "datatrove": Package(
        "0.10.1", "datatrove", extras="[processing]", others=("orjson==3.13.0", "spacy[ja]==3.8.18")
    ),
}


class Peers:
    """The peers that can be installed, each in a virtual environment of its own."""

    def __init__(self, folder, names, log):
        self.folder, self.log = folder, log
        self.present, self.skipped = [], {}
        for name in names:
            reason = None if self._is_installed(name) else self._install(name)
            if reason:
                log(f"skipped {name}: {reason}")
                self.skipped[name] = reason
            else:
                self.present.append(name)

    def _python(self, name):
        return self.folder / name / "bin" / "python"

    def _is_installed(self, name):
        package = PACKAGES[name]
        program = f"import importlib.metadata as m, {package.module}; print(m.version('{name}'))"
        try:
            done = subprocess.run([self._python(name), "-I", "-c", program], capture_output=True, text=True)
        except FileNotFoundError:
            return False
        return done.stdout.strip() == package.version

    def _install(self, name):
        """Returns None, or the reason why the peer cannot be installed."""
        self.log(f"installing {name}")
        package = PACKAGES[name]
        subprocess.run([sys.executable, "-m", "venv", self.folder / name], check=True)
        pip = [self._python(name), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        itself = f"{name}{package.extras}=={package.version}"
        commands = [["--no-deps", itself], package.others] if package.alone else [[itself, *package.others]]
        for arguments in commands:
            done = subprocess.run([*pip, *arguments], capture_output=True, text=True)
            if done.returncode:
                return (done.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
        return None if self._is_installed(name) else "it cannot be imported"

    def run(self, name, corpus, pairs, folder):
        """Runs a peer on a corpus. The peer writes the pairs that it finds to `pairs`, and other files to `folder`."""
        job = [self._python(name), "-I", JOB, name, corpus.path, pairs, folder, corpus.language]
        return process.run(job, folder)


def title(name):
    """The name and version of a peer, as in the tables."""
    return f"{name} {PACKAGES[name].version}"
