#!/usr/bin/env python3
"""Makes the pictures of the documentation from fixtures/wire: terminal.svg and report.png.

    python3 docs/images/make.py [PATH OF DEDUPE]

Without a path, takes target/release/dedupe. The picture of the report needs Node and Chromium, which
tests/browser/set-up installs.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs/images"
CORPUS = "./fixtures/wire"

# Size of a character and a line, and the margin, in pixels.
CHARACTER, LINE, MARGIN = 8.4, 20, 20
FACE = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"
INK, PAPER, FAINT, GREEN = "#e6e6e6", "#1e2227", "#9aa4af", "#7ec699"

# A style of the terminal, and what the picture shows for it.
STYLES = {"1": 'font-weight="bold"', "2": f'fill="{FAINT}"', "32": f'fill="{GREEN}"'}


def spans(line):
    """The parts of a line, each with its styles."""
    styles = []
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        code = re.fullmatch(r"\x1b\[([0-9;]*)m", part)
        if code is None:
            yield part, " ".join(STYLES[style] for style in styles)
        else:
            styles = [] if code[1] in ("", "0") else [*styles, code[1]]


def terminal_svg(command, output):
    """A picture of a terminal after a command."""
    lines = [f"\x1b[32m$\x1b[0m \x1b[1m{command}\x1b[0m", "", *output.rstrip("\n").split("\n")]
    columns = max(len(re.sub(r"\x1b\[[0-9;]*m", "", line)) for line in lines)
    width, height = round(columns * CHARACTER) + 2 * MARGIN, len(lines) * LINE + 2 * MARGIN
    svg = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        f'<rect width="{width}" height="{height}" rx="8" fill="{PAPER}"/>',
        f'<g font-family="{FACE}" font-size="14" fill="{INK}">',
    ]
    for at, line in enumerate(lines):
        row, column = MARGIN + (at + 1) * LINE - 6, 0
        for text, style in spans(line):
            # Blanks at the ends, and several in a row, are not drawn. A fixed length aligns columns in any font.
            for run in re.finditer(r"\S+(?: \S+)*", text):
                left = MARGIN + (column + run.start()) * CHARACTER
                place = f'x="{left:.1f}" y="{row}" textLength="{len(run[0]) * CHARACTER:.1f}"'
                svg.append(f"<text {place} {style}>{escape(run[0])}</text>")
            column += len(text)
    return "\n".join([*svg, "</g>", "</svg>", ""])


def terminal(dedupe):
    """Writes terminal.svg."""
    options = ["--format", "text", "--color", "always", "--no-config"]
    done = subprocess.run([dedupe, CORPUS, *options], cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    (IMAGES / "terminal.svg").write_text(terminal_svg(f"dedupe {CORPUS}", done.stdout), encoding="utf8")


def report(dedupe):
    """Writes report.png, as the tests of the report take it."""
    subprocess.run([ROOT / "tests/browser/set-up"], check=True)
    names = ("chromium", "chromium-browser", "google-chrome")
    browser = next(filter(None, map(shutil.which, names)), None)
    if browser is None or shutil.which("node") is None:
        sys.exit("make.py: report.png needs Chromium and Node")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        subprocess.run([dedupe, CORPUS, "--no-config", "-o", page], cwd=ROOT, check=True)
        drive = ["node", ROOT / "tests/browser/drive.mjs", browser, "story", page, folder]
        subprocess.run(drive, check=True)
        shutil.copy(Path(folder) / "story-texts.png", IMAGES / "report.png")


def main():
    """Makes both pictures."""
    dedupe = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/release/dedupe").absolute()
    if not dedupe.exists():
        sys.exit(f"make.py: no {dedupe}: run cargo build --release")
    terminal(dedupe)
    report(dedupe)


if __name__ == "__main__":
    main()
