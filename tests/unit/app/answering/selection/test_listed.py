from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.answering.evidence.evidence import Evidence
from app.answering.question.asking import ask
from app.answering.selection.listed import by_list, items
from app.answering.selection.select import select
from tests.builders_answering import make_evidence
from vectorstore.types import Metadata, SentenceKind

ITEM, PROSE = SentenceKind.LIST_ITEM, SentenceKind.PROSE
TITLE = "Sharing a warehouse"
RISKS = ("A thief has two keys", "Neither owner sweeps", "Prices rise together")
GAINS = ("One rent for two", "Fuller lorries")


def section(
    heading: str,
    texts: Sequence[str],
    *,
    first: int,
    kind: SentenceKind = ITEM,
    relevance: float = 0.1,
    uri: str = "/notes/alpha.md",
) -> list[Evidence]:
    """Sentences of one passage, each on a line and in a paragraph of its own."""
    made = []
    for n, text in enumerate(texts, start=first):
        one = make_evidence(
            text, uri=uri, ordinal=n, paragraph=n, passage_ordinal=first, kind=kind,
            relevance=relevance,
        )  # fmt: skip
        passage = replace(one.passage.passage, heading=(TITLE, heading))
        about = Metadata(TITLE)
        made.append(replace(one, passage=replace(one.passage, passage=passage), metadata=about))
    return made


def chances(found: Sequence[Evidence]) -> dict[str, float]:
    return {item.text: item.relevance for item in found}


def test_items_under_one_heading_are_one_list_and_one_alone_is_none() -> None:
    risks = section("Risks", RISKS, first=0)
    known = items([*risks, *section("Gains", GAINS[:1], first=5)])
    assert {place for place, _ in known.items()} == {(risks[0].document_id, n) for n in range(3)}
    assert len({item.list for item in known.values()}) == 1
    assert all(item.opens for item in known.values())


def test_paragraphs_that_open_with_a_few_words_of_their_own_are_a_list() -> None:
    texts = ("No budget.", "Nobody had asked for one.", "No sponsor.", "The board looked away.")
    made = section("Why it failed", texts, first=0, kind=PROSE)
    made = [
        replace(item, sentence=replace(item.sentence, paragraph=n // 2))
        for n, item in enumerate(made)
    ]
    assert [item.opens for _, item in sorted(items(made).items())] == [True, False, True, False]


def test_what_leads_up_to_a_list_says_what_it_is_of() -> None:
    lead = section("Advice", ("The risks:",), first=0, kind=PROSE)
    found = by_list(ask("What are the risks?"), [*lead, *section("Advice", RISKS, first=1)])
    assert [chances(found)[text] for text in RISKS] == [0.35, 0.35, 0.35]


def test_a_list_of_just_what_is_asked_is_lifted_and_others_are_set_back() -> None:
    evidence = [
        *section("Risks of sharing", RISKS, first=0),
        *section("Gains of sharing", GAINS, first=3, relevance=0.8),
        *section("Where it goes wrong", RISKS[:2], first=0, relevance=0.4, uri="/notes/beta.md"),
    ]
    found = by_list(ask("What are the risks of sharing a warehouse?"), evidence)
    assert [item.relevance for item in found] == pytest.approx([0.35] * 3 + [0.16] * 2 + [0.2] * 2)


@pytest.mark.parametrize(
    "question",
    ["What is sharing a warehouse?", "What are the risks of sharing a lorry?"],
)
def test_a_list_of_more_or_of_less_than_is_asked_stays(question: str) -> None:
    evidence = section("Risks of sharing", RISKS, first=0)
    assert by_list(ask(question), evidence) == evidence


def test_short_items_are_shown_beside_the_sentences_that_an_answer_may_have() -> None:
    texts = tuple(f"Reason number {number}" for number in range(6))
    listed = section("Reasons", texts, first=0, relevance=0.8)
    listed = [replace(item, keys=frozenset({f"k{n}"})) for n, item in enumerate(listed)]
    shown = select(ask("What are the reasons?"), listed)
    assert [item.text for item in shown] == list(texts)
    as_prose = [replace(item, sentence=replace(item.sentence, kind=PROSE)) for item in listed]
    assert len(select(ask("What are the reasons?"), as_prose)) == 4


def test_unlikely_items_count_as_sentences() -> None:
    sure = [make_evidence(f"Fact {n} is sure.", ordinal=10 * n, relevance=0.9) for n in range(1, 5)]
    sure = [replace(item, keys=frozenset({f"f{n}"})) for n, item in enumerate(sure)]
    listed = section("Reasons", RISKS, first=100, relevance=0.25)
    assert select(ask("What is sure?"), [*sure, *listed]) == sure


def test_a_question_after_one_item_gets_that_one() -> None:
    texts = ("Planning: This comes first.", "Milling: Two hands suffice.", "Selling: A cart does.")
    evidence = section("Stages of sharing", texts, first=0, relevance=0.6)
    more = section("Stages of sharing", ("Draw up who mills when.",), first=1, relevance=0.02)
    evidence = [
        evidence[0],
        replace(
            more[0],
            sentence=replace(more[0].sentence, paragraph=0),
            passage=evidence[0].passage,
        ),
        *(
            replace(e, sentence=replace(e.sentence, ordinal=n))
            for n, e in enumerate(evidence[1:], 2)
        ),
    ]
    found = by_list(ask("What is done in the planning stage?"), evidence)
    assert [item.relevance for item in found] == pytest.approx([0.6, 0.35, 0.12, 0.12])


def test_a_word_of_a_longer_name_is_not_the_item() -> None:
    texts = ("Milling by night fails.", "Nobody sees a thing.", "Carts.", "They are sold by night.")
    made = section("Troubles", texts, first=0, kind=PROSE)
    evidence = [
        replace(item, sentence=replace(item.sentence, paragraph=n // 2))
        for n, item in enumerate(made)
    ]
    assert by_list(ask("Who sleeps by night?"), evidence) == evidence
