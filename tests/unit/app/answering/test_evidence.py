from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.answering.asking import ask
from app.answering.evidence import (
    LIGHT,
    NEIGHBOUR_CREDIT,
    SYNONYM_CREDIT,
    Reading,
    covered,
    credits_of,
    gather,
    is_citable,
    leans,
    weights_of,
)
from app.answering.terms import key_of
from tests.builders_answering import FixedRarity
from vectorstore.reader import PassageSentences
from vectorstore.types import (
    Metadata,
    Passage,
    ScoredPassage,
    Sentence,
    SentenceKind,
    document_id,
    passage_id,
)

NAME = document_id("/notes/alpha.md")
VERSION = "a" * 64


def make_reading(*texts: str, title: str = "Notes", **first: Any) -> Reading:
    """One passage whose first sentence has the fields given."""
    sentences, start = [], 0
    for n, text in enumerate(texts):
        fields = first if n == 0 else {}
        sentences.append(Sentence(n, start, start + len(text), **fields))
        start += len(text) + 1
    passage = Passage(
        passage_id(NAME, VERSION, 0), NAME, VERSION, 0, 0, start, (), 0, len(texts) - 1
    )
    scored = ScoredPassage(passage, " ".join(texts), score=0.8, cosine=0.6, bm25=2.0)
    vectors = np.eye(len(texts), 4, dtype=np.float32)
    inside = PassageSentences(tuple(sentences), tuple(texts), vectors)
    return Reading([scored], {passage.id: inside}, {NAME: Metadata(title)})


def vector() -> np.ndarray:
    return np.array([0.1, 0.9, 0.0, 0.0], dtype=np.float32)


def test_each_sentence_comes_with_what_is_known_of_it() -> None:
    reading = make_reading("Haven closed in 2021.", "It had lasted three years.")
    first, second = gather(ask("When did Haven close?"), vector(), reading, FixedRarity())
    assert (first.text, second.text) == ("Haven closed in 2021.", "It had lasted three years.")
    assert first.features.cosine == pytest.approx(0.1)
    assert second.features.cosine == pytest.approx(0.9)
    assert first.features.passage == 0.8
    assert first.features.coverage == 1.0  # Haven, close
    assert second.features.coverage == 0.0
    assert second.features.window == pytest.approx(NEIGHBOUR_CREDIT)  # both stand before it
    assert (first.features.shape, second.features.shape) == (1.0, 0.0)
    assert (first.features.leans, second.features.leans) == (0.0, 1.0)
    assert first.missing == frozenset()
    assert second.missing == frozenset()


def test_what_no_sentence_holds_is_missing() -> None:
    reading = make_reading("Haven closed in 2021.")
    (only,) = gather(ask("What dividend did Haven pay?"), vector(), reading, FixedRarity())
    assert only.missing == {key_of("dividend"), key_of("pay")}


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": SentenceKind.HEADING},
        {"kind": SentenceKind.REFERENCE},
        {"repeats": True},
        {"foreign": True},
    ],
    ids=str,
)
def test_what_must_not_be_cited_is_left_out_but_read_as_surroundings(
    fields: dict[str, Any],
) -> None:
    reading = make_reading("Haven closed.", "It had lasted three years.", **fields)
    (only,) = gather(ask("How long did Haven last?"), vector(), reading, FixedRarity())
    assert only.text == "It had lasted three years."
    assert key_of("Haven") not in only.missing


@pytest.mark.parametrize("kind", [SentenceKind.LIST_ITEM, SentenceKind.TABLE, SentenceKind.CAPTION])
def test_lists_tables_and_captions_may_be_cited(kind: SentenceKind) -> None:
    assert is_citable(Sentence(0, 0, 5, kind))


def test_the_title_counts_as_surroundings() -> None:
    reading = make_reading("It closed in 2021.", title="Haven: a venture")
    (only,) = gather(ask("When did Haven close?"), vector(), reading, FixedRarity())
    # Two words of equal weight: one held, one in the title.
    assert only.features.coverage == pytest.approx(1 / 2)
    assert only.features.window == pytest.approx((1 + NEIGHBOUR_CREDIT) / 2)
    assert only.features.names == 1.0


def test_a_word_that_is_only_part_of_a_name_is_not_the_word() -> None:
    reading = make_reading("Walgreens Boots Alliance sells medicine.")
    asked = ask("Which alliance does Walgreens run?")
    (only,) = gather(asked, vector(), reading, FixedRarity())
    assert key_of("alliance") in only.missing


def test_credits_by_hand() -> None:
    own = frozenset({key_of("purchase"), key_of("haven")})
    wanted = [key_of(word) for word in ("haven", "acquire", "stores", "profit")]
    found = credits_of(wanted, own, frozenset({key_of("stores")}))
    assert list(found.values()) == [1.0, SYNONYM_CREDIT, NEIGHBOUR_CREDIT, 0.0]


def test_coverage_weighs_words_by_rarity() -> None:
    weights = {"haven": 3.0, "close": 1.0}
    assert covered(weights, frozenset({"haven"})) == pytest.approx(3 / 4)
    assert covered(weights, frozenset()) == 0.0
    assert covered({}, frozenset({"haven"})) == 0.0


def test_light_verbs_weigh_less() -> None:
    weights = weights_of(ask("Who runs the lounge?"), FixedRarity({"lounge": 2.0, "runs": 2.0}))
    assert weights == {key_of("runs"): 2.0 * LIGHT, key_of("lounge"): 2.0}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They share data.", True),
        ("Through this deal both gain.", True),
        ("Sony and Honda share what they have.", False),
        ("IT leaders agree.", False),
    ],
)
def test_a_sentence_leans_if_it_opens_by_pointing_back(text: str, expected: bool) -> None:
    assert leans(text) is expected


def test_names_typed_without_capitals_are_known_as_the_sources_write_them() -> None:
    reading = make_reading(
        "In 2018 Haven met Apple.", "The staff of Haven liked health care.", "Health is no name."
    )
    asked = ask("did haven like the health care of apple")
    found = gather(asked, vector(), reading, FixedRarity())
    assert found[0].names == {key_of("haven"), key_of("apple")}
    assert found[1].features.names == 1.0  # Apple stands in the sentence before


def test_a_question_with_a_capital_of_its_own_is_taken_at_its_word() -> None:
    reading = make_reading("In 2018 Haven met Apple.")
    (only,) = gather(ask("Why did Haven like apple?"), vector(), reading, FixedRarity())
    assert only.names == {key_of("haven")}


def test_a_misspelt_word_is_held_by_a_sentence_that_spells_it_right() -> None:
    reading = make_reading("He was arrested in Tokyo.", "Nestlé pays Starbucks.")
    first, second = gather(ask("arested by nestle"), vector(), reading, FixedRarity())
    assert first.missing == {key_of("nestle")}
    assert key_of("arested") in first.keys
    assert key_of("nestle") in second.keys
