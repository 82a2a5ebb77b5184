"""The forms of a noun by the spelling rules of its language, so that a vocabulary need not list them.

Dutch: the plural and diminutive rules of the Taalunie's Woordenlijst (open and closed syllables, f/v and s/z, -s after an
unstressed syllable, -je -tje -pje -etje -kje). English: -s, -es, -ies, -ves. All on folded words. A form that the language
does not have does no harm, for nobody writes it; verbs that look like a plural (fietsen) are met, which quoting prevents.
"""

import re

_LONG = "aa|ee|oo|uu"
_OPEN = re.compile(rf"(.*)({_LONG})([bcdfgklmnprstvz])")
_SHORT = re.compile(r"(?:.*[^aeiouy]|.*i(?=o))?[aeiou][bdfgklmnprst]")
_UNSTRESSED = re.compile(r".*[aeiouy].*(?:[^aeiouy]e[lmnr]|erd|aard?|ie)")
_GEMINATE = re.compile(r".*([a-z])\1")
_VOICED = {"f": "v", "s": "z"}


def forms(word: str, language: str) -> frozenset[str]:
    """The folded word itself and its forms; itself alone where the language's rules are not known."""
    match language:
        case "nl":
            return frozenset({word, *_dutch(word)})
        case "en":
            return frozenset({word, *_english(word)})
        case _:
            return frozenset({word})


def name_forms(word: str) -> frozenset[str]:
    """The forms of a name: itself and its genitive in -s, as in "Jansens plan"."""
    return frozenset({word, f"{word}s"})


def _dutch(word: str) -> set[str]:
    small = _diminutives(word)
    found = {*_plurals(word), *small, *(f"{each}s" for each in small)}
    if word.endswith("teur"):
        woman = f"{word.removesuffix('eur')}rice"
        found |= {woman, f"{woman}s"}
    return found


def _plurals(word: str) -> set[str]:
    found = {f"{word}s"}
    if word.endswith("heid"):
        return {f"{word.removesuffix('heid')}heden"}
    if word.endswith("e"):
        return found | {f"{word}n", f"{word}en"}
    if word[-1] in "aiouy" or _UNSTRESSED.fullmatch(word):
        return found | ({f"{word[:-3]}aren"} if word.endswith("aar") else set())
    if word[-1].isalpha() and not _GEMINATE.fullmatch(word):  # no Dutch word ends so: app, call, pass are borrowed
        found |= {f"{stem}en" for stem in _stems(word)}
    return found


def _stems(word: str) -> set[str]:
    """What -en is put behind: straat-strat, bus-buss, huis-huiz, brief-briev."""
    if _SHORT.fullmatch(word):
        return {word + word[-1], word}
    opened = _OPEN.fullmatch(word)
    stem = opened[1] + opened[2][0] + opened[3] if opened else word
    return {stem, stem[:-1] + _VOICED.get(stem[-1], stem[-1])}


def _diminutives(word: str) -> set[str]:
    last = word[-1]
    if last in "aeiouy":
        return {f"{word}tje", f"{word}{'e' if last == 'i' else last}tje"}
    found = {f"{word}{'tje' if last in 'lnrw' else 'pje' if last == 'm' else 'je'}"}
    if _SHORT.fullmatch(word):
        found.add(f"{word}{last}etje")
    if word.endswith("ing"):
        found |= {f"{word}etje", f"{word[:-1]}kje"}
    return found


def _english(word: str) -> set[str]:
    if re.fullmatch(r".*(?:s|x|z|ch|sh)", word):
        return {f"{word}es"}
    if re.fullmatch(r".*[^aeiou]y", word):
        return {f"{word[:-1]}ies"}
    if word.endswith(("lf", "rf", "af", "ife")):
        return {f"{word}s", re.sub("fe?$", "ves", word)}
    return {f"{word}s", *({f"{word}es"} if word.endswith("o") else ())}
