"""Which word a slip of the pen means."""

from __future__ import annotations

import pytest

from app.answering.question.spelling import is_common, most_alike, one_slip_away

COUNTS = {"close": 3, "kestrel": 2, "price": 1, "closer": 1, "store": 2, "stores": 9, "lends": 4}
WORDS = {"leads", "charge", "stove", "plan", "date", *COUNTS}


def frequency(word: str) -> int:
    return COUNTS.get(word, 0)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kestral", "kestrel"),
        ("clsoe", "close"),
        ("prcie", "price"),
        # a letter typed twice is likelier than a word that is commoner
        ("storre", "store"),
        # words without a subject are commoner than all
        ("theri", "their"),
        ("trrough", "through"),
        # no letter away from a word of the sources
        ("zzzzz", None),
        # another ending is no slip
        ("stor", None),
    ],
)
def test_a_slip_means_the_commonest_word_one_letter_away(typed: str, meant: str | None) -> None:
    assert one_slip_away(typed, frequency, WORDS) == meant


@pytest.mark.parametrize("word", ["leads", "stoves", "undated", "planned", "Charges", "co-leads"])
def test_words_made_of_common_ones_are_common(word: str) -> None:
    assert is_common(word, {*WORDS, "-lead"})


@pytest.mark.parametrize("word", ["pland", "stord", "stovd"])
def test_a_d_alone_makes_no_common_word(word: str) -> None:
    assert not is_common(word, WORDS)


def test_a_letter_left_out_is_likelier_than_another_in_its_place() -> None:
    counts = {"closed": 1, "cloud": 9}
    assert one_slip_away("closd", lambda word: counts.get(word, 0), set(counts)) == "closed"


def test_a_name_is_no_common_word() -> None:
    assert not is_common("kestral", WORDS)


@pytest.mark.parametrize(
    ("word", "text", "is_name", "meant"),
    [
        ("starbuks", "Coffee of Starbucks.", False, "Starbucks"),
        ("Nestle", "Coffee of Nestlé.", True, "Nestlé"),
        ("Rocha", "Coffee of Roche.", True, None),
        # a common word with a capital opens a sentence
        ("chargge", "Charge by the hour.", False, None),
        # another ending is no slip
        ("mouldy", "A mould.", False, None),
        # of a common word only accents are mended
        ("stove", "A store and a stové.", False, "stové"),
    ],
)
def test_the_word_of_the_library_that_is_most_alike_is_meant(
    word: str, text: str, is_name: bool, meant: str | None
) -> None:
    assert most_alike(word, [text], WORDS, must_be_name=is_name) == meant
