"""The words that tell one group of texts from others: class-based tf-idf, pure.

A word's weight in a group is its share of the group's words times log(1 + A / f), f how often it stands in all groups and A the
mean number of words of a group (Grootendorst, BERTopic, 2022, arXiv 2203.05794, section 3.4). A word counts once a text, and
only words of at least two texts are told: none is one person's own. Words that only join others, of Dutch and English, tell nothing.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from math import log

from core.words import fold

LEAST_TEXTS = 2
OFTENER = 3
"""Times as often as elsewhere that a word has to be said here."""
_ADDRESSES = re.compile(r"(?:https?://|www\.)\S+|@[\w.\-]+(?:@[\w.\-]+)?|\S+@\S+")
_WORD = re.compile(r"[^\W\d_][\w'’\-]+")
_SHORTEST = 3
_JOINERS = """
aan al alle alleen als ben bij dan dat de deze die dit doen doet door dus een en er geen had heb hebben heeft het hier hoe ik in
is je jij kan kunnen maar me meer met mij mijn naar niet niets nog nu of om onder ons ook op over te toch tot uit van veel voor
waar waarom wat weer wel werd wie wij worden wordt zegt zijn zo zonder
about after all also and any are because been being but can cannot could did does doing don't for from get had has have her here his
how into its just me more must my new nobody not now off only our out over says she should some than that the their them then there
these they this those too until very was were what when where which who why will with without would you your"""
_JOINING = frozenset(_JOINERS.split())


def words_of(text: str) -> dict[str, str]:
    """The words of a text as they are compared, each as it stands there; no addresses, handles, numbers, no short or joining ones."""
    found = _WORD.findall(_ADDRESSES.sub(" ", text))
    kept = [word for word in reversed(found) if len(word) >= _SHORTEST and word.lower() not in _JOINING]
    return {fold(word): word for word in kept}


def telling(texts: Sequence[str], others: Sequence[Sequence[str]], most: int) -> tuple[str, ...]:
    """The words that tell these texts from the groups of others, best first, as they are mostly written."""
    here = [words_of(text) for text in texts]
    counts = _counted(here)
    groups = [counts, *(_counted(map(words_of, group)) for group in others)]
    everywhere: Counter[str] = sum(groups, Counter())
    mean = sum(everywhere.values()) / len(groups)
    own = sum(counts.values())
    rest = max(sum(everywhere.values()) - own, 1)
    weights = {
        word: count / own * log(1 + mean / everywhere[word])
        for word, count in counts.items()
        if count >= LEAST_TEXTS and count * rest >= OFTENER * own * (everywhere[word] - count)
    }
    best = sorted(weights, key=lambda word: (-weights[word], word))[:most]
    return tuple(_written(word, here) for word in best)


def _counted(texts: Iterable[dict[str, str]]) -> Counter[str]:
    return Counter(word for text in texts for word in text)


def _written(word: str, texts: Sequence[dict[str, str]]) -> str:
    """As most write it; of several spellings used as often the first in the alphabet."""
    spelled = Counter(text[word] for text in texts if word in text)
    return min(spelled, key=lambda spelling: (-spelled[spelling], spelling))
