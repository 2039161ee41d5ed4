"""Runs the whole job of one peer: read a corpus, sketch, index, query, write the pairs of ids.

Each peer uses its fastest calls that give pairs: 5-word shingles of lower-cased words, 128 permutations, and its own
LSH at a threshold of 0.5. The Python of the peers' virtual environment runs this file.
"""

import json
import re
import sys

THRESHOLD, PERMUTATIONS, SHINGLE, SEED = 0.5, 128, 5, 1
BATCH = 2_000
WORD = re.compile(r"\w+")
TEXTS = ("text", "body", "content", "article")
IDS = ("id", "_id", "uuid")


def read(path):
    """The ids and texts of a file of JSON Lines. Records without a text are left out."""
    ids, texts = [], []
    with open(path, encoding="utf-8") as lines:
        for line, record in enumerate(map(json.loads, lines), 1):
            text = next((record[name] for name in TEXTS if record.get(name)), None)
            if text:
                texts.append(text)
                ids.append(str(next((record[name] for name in IDS if name in record), f"{path}:{line}")))
    return ids, texts


def shingles(text):
    """The set of runs of five words, each as one string."""
    words = WORD.findall(text.lower())
    return set(map(" ".join, zip(*(words[at:] for at in range(SHINGLE)))))


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
    """rensa uses 32 bands: the divisor of 128 whose threshold is closest to 0.5."""
    from rensa import RMinHash, RMinHashLSH

    signatures = []
    for at in range(0, len(texts), BATCH):
        sets = [list(shingles(text)) for text in texts[at : at + BATCH]]
        signatures.extend(RMinHash.from_token_sets(sets, PERMUTATIONS, SEED))
    index = RMinHashLSH(THRESHOLD, PERMUTATIONS, 32)
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


def main(name, corpus, pairs):
    """Writes each pair of ids once."""
    ids, texts = read(corpus)
    found = {"gaoya": gaoya, "rensa": rensa, "datasketch": datasketch}[name](texts)
    unique = {(min(pair), max(pair)) for pair in found if pair[0] != pair[1]}
    with open(pairs, "w", encoding="utf-8") as out:
        out.writelines(f"{ids[left]}\t{ids[right]}\n" for left, right in sorted(unique))


if __name__ == "__main__":
    main(*sys.argv[1:])
