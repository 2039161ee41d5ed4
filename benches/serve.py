"""Measures the answers of `dedupe serve` while documents are added. Prints a Markdown table.

    cargo build --release --features serve
    python3 benches/serve.py --corpus news.jsonl
    python3 benches/serve.py --corpus news.jsonl --rate 500 --readers 4 --seconds 30

The first documents of the corpus make the index; the others are added at a steady rate. Meanwhile the readers ask about
documents that are not added. Each reader waits for an answer before it asks again, and pauses for --pause milliseconds. The time
of an answer is measured by the client, over a connection that stays open. The processor time of the service hardly depends on
what else the machine does.
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import islice
from multiprocessing import Process, Queue
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WRITERS = 32
HEADERS = {"Content-Type": "application/json"}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--corpus", type=Path, required=True, metavar="FILE", help="documents as JSON Lines, with ids")
    add("--program", type=Path, default=ROOT / "target/release/dedupe", metavar="FILE", help="the program")
    add("--indexed", type=int, default=5000, metavar="N", help="documents of the index at the beginning [5000]")
    add("--rate", type=float, default=500, metavar="N", help="documents added in a second [500]")
    add("--seconds", type=float, default=20, metavar="N", help="duration [20]")
    add("--readers", type=int, default=4, metavar="N", help="readers [4]")
    add("--pause", type=float, default=10, metavar="MS", help="pause of a reader after each answer [10]")
    add("--asked", type=int, default=500, metavar="N", help="documents that readers ask about [500]")
    return parser.parse_args()


def post(connection, path, body):
    """Posts a document. Returns the status and the seconds until the answer."""
    begun = time.perf_counter()
    connection.request("POST", path, body, HEADERS)
    answer = connection.getresponse()
    answer.read()
    return answer.status, time.perf_counter() - begun


def write(number, port, bodies, rate, begin, results):
    """Adds every WRITERS-th document, each at its time, whether the one before it took long or not."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    times, statuses = [], {}
    for at in range(number, len(bodies), WRITERS):
        due = begin + at / rate
        time.sleep(max(0, due - time.perf_counter()))
        status, _ = post(connection, "/v1/documents", bodies[at])
        # Waiting for an earlier answer counts too.
        times.append(time.perf_counter() - due)
        statuses[status] = statuses.get(status, 0) + 1
    results.put(("add", times, statuses, time.perf_counter()))


def read(number, port, bodies, pause, begin, end, results):
    """Asks about documents until the end."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    times, statuses, at = [], {}, number * 97
    time.sleep(max(0, begin - time.perf_counter()))
    while time.perf_counter() < end:
        status, seconds = post(connection, "/v1/documents?dry_run=true", bodies[at % len(bodies)])
        times.append(seconds)
        statuses[status] = statuses.get(status, 0) + 1
        at += 1
        time.sleep(pause)
    results.put(("ask", times, statuses, time.perf_counter()))


def percentile(times, share):
    times = sorted(times)
    return times[min(len(times) - 1, int(share * len(times)))] * 1000


def main():
    args = parse_arguments()
    added = int(args.rate * args.seconds)
    with args.corpus.open("rb") as lines:
        wanted = list(islice(lines, args.indexed + added + args.asked))
    first, rest = wanted[: args.indexed], wanted[args.indexed :]
    asked, bodies = rest[: args.asked], rest[args.asked :]
    if len(bodies) < added:
        sys.exit(f"serve: {args.corpus} has {len(wanted)} documents, {args.indexed + added + args.asked} are needed")
    with tempfile.TemporaryDirectory() as folder:
        index, seed = Path(folder) / "archive.idx", Path(folder) / "seed.jsonl"
        seed.write_bytes(b"".join(first))
        subprocess.run([args.program, "index", "add", index, seed, "-q"], check=False)
        command = [args.program, "serve", index, "--listen", "127.0.0.1:0"]
        service = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        try:
            port = int(service.stderr.readline().split("http://")[1].split("/")[0].rsplit(":", 1)[1])
            before = processor_seconds(service.pid)
            answers = measure(args, port, bodies, asked)
            status = Path(f"/proc/{service.pid}/status")
            if status.exists():
                spent = processor_seconds(service.pid) - before
                print(f"\nProcessor time of the service: {spent:.1f} s, {1000 * spent / answers:.2f} ms per answer")
                peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
                print(f"Peak memory of the service: {int(peak.split()[1]) / 1000:.0f} MB")
        finally:
            service.terminate()
            print(service.communicate()[1].strip(), file=sys.stderr)


def processor_seconds(process):
    """What a process has used of the processor. 0 where the kernel does not say."""
    stat = Path(f"/proc/{process}/stat")
    if not stat.exists():
        return 0
    user, system = stat.read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def measure(args, port, bodies, asked):
    """Adds and asks. Returns the number of answers."""
    results = Queue()
    begin = time.perf_counter() + 1
    end = begin + args.seconds
    jobs = [
        Process(target=write, args=(number, port, bodies, args.rate, begin, results)) for number in range(WRITERS)
    ] + [
        Process(target=read, args=(number, port, asked, args.pause / 1000, begin, end, results))
        for number in range(args.readers)
    ]
    for job in jobs:
        job.start()
    found = [results.get() for _ in jobs]
    for job in jobs:
        job.join()
    took = max(ended for kind, _, _, ended in found if kind == "add") - begin
    print("| requests | answers | in a second | p50 | p99 | longest | statuses |\n|---|---|---|---|---|---|---|")
    for kind in ("add", "ask"):
        times = [seconds for own, times, _, _ in found if own == kind for seconds in times]
        statuses = {}
        for own, _, counts, _ in found:
            if own == kind:
                for status, count in counts.items():
                    statuses[status] = statuses.get(status, 0) + count
        if times:
            rate = len(times) / (took if kind == "add" else args.seconds)
            print(
                f"| {kind} | {len(times):,} | {rate:.0f} | {percentile(times, 0.5):.1f} ms "
                f"| {percentile(times, 0.99):.1f} ms | {max(times) * 1000:.1f} ms | {json.dumps(statuses)} |"
            )
    return sum(len(times) for _, times, _, _ in found)


if __name__ == "__main__":
    main()
