"""What is kept of the latest texts: no more than its bytes, the oldest gone first."""

from enrich._recent import Recent


def recent(most: int) -> Recent[str, str]:
    return Recent(most, lambda key, value: len(key) + len(value))


def test_what_was_asked_for_longest_ago_leaves_first() -> None:
    kept = recent(6)
    kept.keep({"a": "11", "b": "22"})
    kept.find(["a"])
    kept.keep({"c": "33"})
    assert kept.find("abc") == {"a": "11", "c": "33"}


def test_it_never_holds_more_than_its_bytes() -> None:
    kept = recent(10)
    kept.keep({letter: "x" * place for place, letter in enumerate("abcdefghijklmno")})
    assert kept.find("abcdefghijklmno") == {}
    kept.keep({"p": "x" * 9})
    assert kept.find("p") == {"p": "x" * 9}


def test_what_is_there_counts_once() -> None:
    kept = recent(6)
    for _ in range(5):
        kept.keep({"a": "11", "b": "22"})
    assert kept.find("ab") == {"a": "11", "b": "22"}
