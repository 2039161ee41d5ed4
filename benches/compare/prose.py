"""Made prose: words, phrases and sentences of no language, the same for the same seed.

Words are as frequent as Zipf and Mandelbrot have it. Nothing but stock phrases of five to eight words, such as
every newsroom has, stands in two sentences; a sentence of one article stands in no other.

Of `random.Random` only `random()` and `randbytes()` are used: their sequences are the same in every version.
"""

import sys
from array import array
from random import Random

# A word is drawn by 16 bits: the frequent ones have many of these slots, the rare ones one.
SLOTS = 1 << 16
FREQUENCY = 5_500
FLATTENED = 2.7

# Of so many slots of a word one has a comma after it.
COMMA = 14
PHRASES = 3_000
GIVEN_NAMES, FAMILY_NAMES = 300, 10_000

# People in one article.
PEOPLE = 4

ONSETS = "b d f g h k l m n p r s t v z br dr pl st tr".split()
VOWELS = "a a e e e i i o o u ai ou".split()
CODAS = ["", "", "", "", "", "", "l", "m", "n", "r", "s", "t"]


def below(random, limit):
    """A whole number from 0, less than the limit."""
    return int(random.random() * limit)


def choose(random, items):
    """One of the items."""
    return items[below(random, len(items))]


def _syllables(random, count):
    parts = (choose(random, part) for _ in range(count) for part in (ONSETS, VOWELS, CODAS))
    return "".join(parts)


def _syllable_count(random, rank):
    """Frequent words are short."""
    if rank < 200:
        return 1
    return 2 if rank < 4_000 or random.random() < 0.6 else 3


def _vocabulary(random):
    """Words with their numbers of slots, the most frequent first, until all slots are taken."""
    seen, left, rank = set(), SLOTS, 0
    while left:
        word = _syllables(random, _syllable_count(random, rank))
        if word in seen:
            continue
        seen.add(word)
        rank += 1
        slots = min(left, max(1, round(FREQUENCY / (rank + FLATTENED))))
        left -= slots
        yield word, slots


class Language:
    """The words and phrases that all articles of one corpus are made of."""

    def __init__(self, seed):
        random = Random(seed)
        self.slots = [word for word, slots in _vocabulary(random) for _ in range(slots)]
        self.drawn = [word + "," if at % COMMA == 0 else word for at, word in enumerate(self.slots)]
        self.phrases = [self._phrase(random) for _ in range(PHRASES)]
        self.given = [_syllables(random, 2).capitalize() for _ in range(GIVEN_NAMES)]
        self.family = [_syllables(random, 2).capitalize() for _ in range(FAMILY_NAMES)]

    def _phrase(self, random):
        return " ".join(self.word(random) for _ in range(5 + below(random, 4)))

    def word(self, random):
        """A word as frequent as in running text."""
        return choose(random, self.slots)

    def words(self, random, count):
        """Words of running text, some with a comma."""
        numbers = array("H")
        numbers.frombytes(random.randbytes(2 * count))
        if sys.byteorder == "big":
            numbers.byteswap()
        return list(map(self.drawn.__getitem__, numbers))

    def name(self, random):
        """A person's name."""
        return f"{choose(random, self.given)} {choose(random, self.family)}"

    def headline(self, random):
        """Six to nine words."""
        words = (self.word(random).capitalize() for _ in range(6 + below(random, 4)))
        return " ".join(words)

    def sentences(self, random, words):
        """The sentences of an article of about so many words, with names, numbers and quotations."""
        names = [self.name(random) for _ in range(PEOPLE)]
        drawn = self.words(random, words)
        sentences, at = [], 0
        while at < words:
            length = 8 + below(random, 22)
            sentences.append(self._sentence(random, drawn[at : at + length], names))
            at += length
        return sentences

    def _sentence(self, random, words, names):
        place, kind = below(random, len(words)), random.random()
        if kind < 0.15:
            # Squared, so that the first phrases are the frequent ones.
            words[place] += " " + self.phrases[int(PHRASES * random.random() ** 2)]
        elif kind < 0.30:
            words[place] = str(2 + int(10 ** (4 * random.random())))
        elif kind < 0.40:
            words[place] += "’s"
        elif kind < 0.75:
            words[place] = choose(random, names)
        text = " ".join(words).rstrip(",")
        text = text[:1].upper() + text[1:]
        return f"“{text},” {choose(random, names)} said." if kind > 0.92 else text + "."
