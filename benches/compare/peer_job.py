"""Runs the whole job of one peer: read a corpus, sketch, index, query, write the pairs of ids.

Each peer uses its fastest documented calls that give pairs or clusters: 5-word shingles, and its own LSH at a threshold
of 0.5. The words are lower-cased runs of letters and digits, unless the peer has words of its own. If it gives clusters,
the pairs of each member with the first one are written. The Python of the peer's virtual environment runs this file.
"""

import json
import os
import pickle
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

THRESHOLD, PERMUTATIONS, SHINGLE, SEED = 0.5, 128, 5, 1
# Bands of 4 rows: of the divisors of 128, the one whose threshold is closest to 0.5.
BANDS = 32
BATCH = 2_000
WORD = re.compile(r"\w+")
TEXTS = ("text", "body", "content", "article")
IDS = ("id", "_id", "uuid")


def records(path):
    """The ids and texts of a file of JSON Lines. Records without a text are left out."""
    with open(path, encoding="utf-8") as lines:
        for line, record in enumerate(map(json.loads, lines), 1):
            text = next((record[name] for name in TEXTS if record.get(name)), None)
            if text:
                yield str(next((record[name] for name in IDS if name in record), f"{path}:{line}")), text


def shingles(text):
    """The set of runs of five words, each as one string. A shorter text is one run. Never empty."""
    words = WORD.findall(text.lower())
    return set(map(" ".join, zip(*(words[at:] for at in range(SHINGLE))))) or {" ".join(words)}


def gaoya(texts):
    """gaoya makes its own words and shingles, on all cores, and chooses its own bands."""
    from gaoya.minhash import MinHashStringIndex

    index = MinHashStringIndex(
        hash_size=32,
        jaccard_threshold=THRESHOLD,
        num_bands=None,
        band_size=None,
        num_hashes=PERMUTATIONS,
        analyzer="word",
        lowercase=True,
        ngram_range=(SHINGLE, SHINGLE),
        id_container="vec",
    )
    index.par_bulk_insert_docs(list(range(len(texts))), texts)
    for at in range(0, len(texts), BATCH):
        for number, found in enumerate(index.par_bulk_query(texts[at : at + BATCH]), at):
            yield from ((number, other) for other in found)


def rensa(texts):
    """rensa needs the number of bands."""
    from rensa import RMinHash, RMinHashLSH

    signatures = []
    for at in range(0, len(texts), BATCH):
        sets = [list(shingles(text)) for text in texts[at : at + BATCH]]
        signatures.extend(RMinHash.from_token_sets(sets, PERMUTATIONS, SEED))
    index = RMinHashLSH(THRESHOLD, PERMUTATIONS, BANDS)
    index.insert_many(signatures)
    for at in range(0, len(texts), BATCH):
        for number, found in enumerate(index.query_all(signatures[at : at + BATCH]), at):
            yield from ((number, other) for other in found)


def datasketch(texts):
    """datasketch chooses its own bands. Each document is queried before it is added."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    for number, text in enumerate(texts):
        signature = MinHash(num_perm=PERMUTATIONS, seed=SEED)
        signature.update_batch([shingle.encode() for shingle in shingles(text)])
        yield from ((number, other) for other in index.query(signature))
        index.insert(number, signature, check_duplication=False)


def fast_sketch_lsh(texts):
    """FastSketchLSH has a sketch of its own instead of MinHash, and needs the number of bands."""
    import numpy
    from FastSketchLSH import LSH, FastSimilaritySketch

    sketcher = FastSimilaritySketch(size=PERMUTATIONS, seed=SEED)
    sketches = []
    for at in range(0, len(texts), BATCH):
        sketches.append(sketcher.batch([list(shingles(text)) for text in texts[at : at + BATCH]]))
    index = LSH(num_perm=PERMUTATIONS, num_bands=BANDS)
    index.insert(numpy.vstack(sketches))
    for batch, of_batch in enumerate(sketches):
        for number, found in enumerate(index.query(of_batch), batch * BATCH):
            yield from ((number, int(other)) for other in found)


def text_dedup(folder, parts, language):
    """text-dedup has a command, whose debug mode writes the clusters. It splits words at all but letters and digits,
    leaves out texts of fewer than 5 words, and has 250 permutations by default."""
    output = folder / "output"
    command = [sys.executable, "-I", "-m", "text_dedup.minhash", "--path", "json", "--split", "train", "--debug"]
    command += ["--data_files", parts[0], "--column", "text", "--cache_dir", folder / "cache", "--output", output]
    command += ["--ngram", SHINGLE, "--threshold", THRESHOLD]
    subprocess.run(list(map(str, command)), env={**os.environ, "HF_HOME": str(folder)}, stdout=2, check=True)
    with open(output / "uf.pkl", "rb") as file:
        clusters = pickle.load(file)
    yield from ((number, clusters.find(number)) for number in list(clusters.parent))


def datatrove(folder, parts, language):
    """datatrove splits words by language, and takes each number for 0. It has no threshold: that of 32 bands of 5 rows
    is 0.5. A part of the corpus is the work of one process."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupSignature
    from datatrove.pipeline.dedup.minhash import MinhashConfig
    from datatrove.pipeline.readers import JsonlReader

    config = MinhashConfig(n_grams=SHINGLE, num_buckets=BANDS, hashes_per_bucket=5, seed=SEED)
    signatures, buckets, clusters = (str(folder / name) for name in ("signatures", "buckets", "clusters"))
    steps = [
        (len(parts), [JsonlReader(str(parts[0].parent)), MinhashDedupSignature(signatures, config, language)]),
        (config.num_buckets, [MinhashDedupBuckets(signatures, buckets, config=config)]),
        (1, [MinhashDedupCluster(buckets, clusters, config, save_cluster_id=True)]),
    ]
    for number, (tasks, pipeline) in enumerate(steps):
        # Children of this process, so that their time counts as its own.
        LocalPipelineExecutor(
            pipeline, tasks, min(tasks, len(parts)), str(folder / f"logs-{number}"), start_method="fork"
        ).run()
    first = {}
    for part in range(len(parts)):
        path = Path(clusters) / f"{part:06d}.clusters"
        for at, cluster in struct.iter_unpack("<2I", path.read_bytes() if path.exists() else b""):
            number = at * len(parts) + part
            yield number, first.setdefault(cluster, number)


IN_MEMORY = {"gaoya": gaoya, "rensa": rensa, "datasketch": datasketch, "FastSketchLSH": fast_sketch_lsh}
# The files of JSON Lines that they read: as many as can be read in parallel.
WITH_FILES = {"text-dedup": (text_dedup, 1), "datatrove": (datatrove, os.cpu_count())}


def write_parts(corpus, folder, count):
    """Writes the records to files: record n to file n modulo `count`. Returns the ids and the files."""
    folder.mkdir()
    paths = [folder / f"{number:05d}.jsonl" for number in range(count)]
    files = [open(path, "w", encoding="utf-8") for path in paths]
    ids = []
    for id, text in records(corpus):
        files[len(ids) % count].write(json.dumps({"id": id, "text": text}) + "\n")
        ids.append(id)
    for file in files:
        file.close()
    return ids, paths


def find(name, corpus, folder, language):
    """The ids of all documents, and pairs of their numbers."""
    if name in IN_MEMORY:
        ids, texts = zip(*records(corpus))
        return ids, IN_MEMORY[name](list(texts))
    job, parts = WITH_FILES[name]
    ids, paths = write_parts(corpus, folder / "parts", parts)
    return ids, job(folder, paths, language)


def main(name, corpus, pairs, folder, language):
    """Writes each pair of ids once."""
    with tempfile.TemporaryDirectory(dir=folder) as own_folder:
        ids, found = find(name, corpus, Path(own_folder), language)
        unique = {(min(pair), max(pair)) for pair in found if pair[0] != pair[1]}
    with open(pairs, "w", encoding="utf-8") as out:
        out.writelines(f"{ids[left]}\t{ids[right]}\n" for left, right in sorted(unique))


if __name__ == "__main__":
    main(*sys.argv[1:])
