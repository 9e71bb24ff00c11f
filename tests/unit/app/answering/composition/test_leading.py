from __future__ import annotations

from dataclasses import replace

import pytest

from app.answering.composition.leading import lead, lead_of_status
from app.answering.evidence.evidence import Evidence, in_readers_words
from app.answering.question.asking import ask
from app.answering.text.terms import content_keys, key_of
from app.types import Citation, Claim, Lead
from tests.builders_answering import make_evidence


def led(question: str, *found: Evidence) -> Lead | None:
    cited = [
        Citation(n, item.document_id, item.version, item.metadata, item.text,
                 item.sentence.start, item.sentence.end)
        for n, item in enumerate(found, start=1)
    ]  # fmt: skip
    claims = [Claim(each.quote, (each.n,)) for each in cited]
    return lead(ask(question), claims, cited, found)


@pytest.mark.parametrize(
    ("question", "sentence", "first"),
    [
        ("When was Kestrel founded?", "Kestrel was founded on 14 May 1997.", "14 May 1997"),
        ("When did Kestrel close?", "In May 2020 Kestrel said that it would go, and it closed at "
         "the end of June 2021.", "the end of June 2021"),
        ("How much did Orlena pay Sorrel?", "Orlena paid Sorrel $7.15 billion.", "$7.15 billion"),
        ("What share of Sorrel did Orlena buy?", "Orlena bought 36.8 % of Sorrel.", "36.8 %"),
        ("Who leads Kestrel?", "Kestrel is led by Ada Lund.", "Ada Lund"),
        ("Who leads Kestrel?", "Kestrel is led by Ada van der Lund.", "Ada van der Lund"),
        ("How many people use Orlena 365?", "Some 380,000 people use Orlena 365.", "380,000"),
        ("Did Orlena buy Sorrel?", "Orlena bought Sorrel in May.", "Yes"),
        ("Does Orlena run pharmacies?", "Orlena does not run pharmacies.", "No"),
    ],
)  # fmt: skip
def test_the_answer_comes_first_where_it_is_sure(question: str, sentence: str, first: str) -> None:
    item = make_evidence(sentence, start=40)
    found = led(question, item)
    assert found is not None
    assert found.text == first
    assert found.citation == 1
    if first not in {"Yes", "No"}:
        assert sentence[found.start - 40 : found.end - 40] == first


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("When did they meet?", "They talked in May 2020 and in June 2021."),
        ("How much was it?", "One paid 3 million euros, the other 5 million euros."),
        ("Did Orlena buy Sorrel?", "Orlena agreed to buy Sorrel in May."),
        ("Is Orlena larger than Sorrel?", "Orlena is larger than Sorrel."),
        (
            "Who invested more in research, Orlena or Marlow?",
            "Orlena bought Sorrel for $7 billion.",
        ),
        ("Which is larger by revenue: Orlena or Marlow?", "Sorrel earns 3 million euros."),
        ("Why did Kestrel close?", "Kestrel closed in May 2020."),
        ("How many visits has Orlena?", "Orlena has 40 million users, and data of many visits."),
        (
            "When was Kestrel founded?",
            "They announced on 5 May 2020 that they would found Kestrel.",
        ),
    ],
)
def test_nothing_comes_first_where_it_is_not(question: str, sentence: str) -> None:
    assert led(question, make_evidence(sentence)) is None


def test_nothing_comes_first_where_a_word_was_not_understood() -> None:
    item = make_evidence("Some 380,000 people use Orlena.")
    asked = replace(ask("how many bezoeken has Orlena?"), unknown=("bezoeken",))
    cited = Citation(1, item.document_id, item.version, item.metadata, item.text, 0, len(item.text))
    assert lead(asked, [Claim(item.text, (1,))], [cited], [item]) is None


def test_nobody_comes_first_who_has_left() -> None:
    ran = make_evidence("Ida Moen runs Kestrel.")
    left = make_evidence("She was dismissed in May.", ordinal=1, relevance=0.9)
    assert led("Who runs Kestrel?", ran, left) is None


def test_nothing_comes_first_where_another_sentence_may_answer_better() -> None:
    named = make_evidence("Lund was named chief in June 2018.", missing=frozenset({"step"}))
    left = make_evidence("Lund gave the post up in May 2020.", ordinal=1, relevance=0.8)
    assert led("When did Lund step down?", named, left) is None


def test_an_unlikely_sentence_leads_nothing() -> None:
    assert led("When did it close?", make_evidence("It closed in 2021.", relevance=0.3)) is None


@pytest.mark.parametrize(
    ("question", "sentence", "first"),
    [
        ("Who opposed the sale?", "The American Nurses Union opposed the sale.",
         "American Nurses Union"),
        ("Who founded Kestrel?", "Alba, Brava Steel and Corvin founded Kestrel in Oslo.",
         None),
        ("Who lost $20 million?", "Hospitals lost $20 million, says the Nurses Union.", None),
    ],
)  # fmt: skip
def test_a_name_comes_first_whole_and_only_where_it_alone_did_it(
    question: str, sentence: str, first: str | None
) -> None:
    found = led(question, make_evidence(sentence))
    assert (found.text if found else None) == first


DONE = "Orlena completed its purchase of Sorrel on 28 November 2018."
PENDING = "Orlena has agreed to buy Sorrel, and the deal is pending."


def led_by_status(question: str, newer: str, older: str, language: str = "en") -> Lead | None:
    pair = [make_evidence(newer, start=40), make_evidence(older, uri="/notes/b.md", start=9)]
    cited = [
        Citation(n, item.document_id, item.version, item.metadata, item.text,
                 item.sentence.start, item.sentence.end)
        for n, item in enumerate(pair, start=1)
    ]  # fmt: skip
    return lead_of_status(ask(question), pair, cited, language)


def test_a_deal_that_is_done_by_now_is_told_with_its_day_and_the_older_source() -> None:
    found = led_by_status("Has Orlena completed its purchase of Sorrel?", DONE, PENDING)
    assert found is not None
    assert (found.text, found.citation) == ("Yes, since 28 November 2018", 1)
    assert DONE[found.start - 40 : found.end - 40] == "28 November 2018"
    assert (found.against, found.against_citation) == ("an older source still calls it open", 2)


def test_without_one_day_the_whole_sentence_says_yes() -> None:
    newer = "Late last year Orlena completed its purchase of Sorrel."
    found = led_by_status("Has Orlena completed its purchase of Sorrel?", newer, PENDING)
    assert found is not None
    assert found.text == "Yes"
    assert newer[found.start - 40 : found.end - 40] == newer


def test_yes_is_said_in_the_language_of_the_question() -> None:
    found = led_by_status("Has Orlena completed its purchase of Sorrel?", DONE, PENDING, "de")
    assert found is not None
    assert found.text == "Ja, seit dem 28. November 2018"


@pytest.mark.parametrize(
    ("question", "newer", "older"),
    [
        ("When did Orlena complete its purchase of Sorrel?", DONE, PENDING),
        ("Has the purchase of Sorrel not been completed?", DONE, PENDING),
        ("Has Orlena completed its purchase of Sorrel?", PENDING, DONE),
        ("Has Orlena approved its purchase of Sorrel?", DONE, PENDING),
    ],
)
def test_of_other_questions_and_pairs_nothing_is_said_first(
    question: str, newer: str, older: str
) -> None:
    assert led_by_status(question, newer, older) is None


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How much does the Kestrel cost?", "The price starts at $89,900, and the dearer version "
         "costs $102,900."),
        ("Did Marlow raise its share?", "Orlena raised its share to 43 %."),
    ],
)  # fmt: skip
def test_what_something_else_does_is_not_the_answer_in_short(question: str, sentence: str) -> None:
    assert led(question, make_evidence(sentence)) is None


@pytest.mark.parametrize(
    ("language", "question", "sentence", "first"),
    [
        ("de", "How much does Orlena pay for Sorrel?",
         "Orlena zahlt für Sorrel 7,15 Milliarden Dollar.", "7,15 Milliarden Dollar"),
        ("de", "When was Kestrel founded?",
         "Kestrel wurde am 14. Mai 1997 gegründet.", "14. Mai 1997"),
        ("fr", "When was Kestrel founded?", "Kestrel a été fondé le 14 mai 1997.", "14 mai 1997"),
        ("fr", "How many stores does Kestrel run?",
         "Kestrel possède 145 magasins et emploie 2 600 personnes.", "145"),
        ("nl", "How many employees does Kestrel have?", "Kestrel heeft 3.450 werknemers.", "3.450"),
        ("it", "How much does the merger save?",
         "La fusione permette di risparmiare 45 milioni di euro.", "45 milioni di euro"),
    ],
)  # fmt: skip
def test_the_answer_in_short_stands_in_the_words_of_a_source_in_another_language(
    language: str, question: str, sentence: str, first: str
) -> None:
    found = led(question, in_language(language, make_evidence(sentence, start=40)))
    assert found is not None
    assert found.text == first
    assert sentence[found.start - 40 : found.end - 40] == first


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Orlena hat Sorrel nicht gekauft."),
        ("fr", "Orlena n'a pas acheté Sorrel."),
        ("nl", "Orlena heeft Sorrel niet gekocht."),
    ],
)
def test_yes_is_not_said_for_what_a_source_in_another_language_denies(
    language: str, sentence: str
) -> None:
    item = in_language(language, make_evidence(sentence))
    item = replace(item, keys=item.keys | content_keys(in_readers_words(item)))
    found = led("Did Orlena buy Sorrel?", item)
    assert found is None or found.text == "No"


def in_language(language: str, item: Evidence) -> Evidence:
    return replace(item, metadata=replace(item.metadata, language=language))


def test_a_time_told_in_other_words_is_not_sure_where_another_is_as_likely() -> None:
    accused = make_evidence("Tom Reed was accused in June 2019.", relevance=0.9)
    guilty = make_evidence("Reed was found guilty in May 2020.", ordinal=1, relevance=0.88)
    unlikely = replace(guilty, relevance=0.5)
    assert led("On which day was Tom Reed convicted?", accused, guilty) is None
    assert led("On which day was Tom Reed convicted?", accused, unlikely) is not None
    said = make_evidence("Tom Reed was convicted in June 2019.", relevance=0.9)
    assert led("On which day was Tom Reed convicted?", said, guilty) is not None


def test_a_day_is_no_answer_in_short_where_another_event_is_told() -> None:
    arrested = make_evidence("Tom Reed was arrested on 3 June 2019.", missing=keys_of("convicted"))
    assert led("When was Tom Reed convicted?", arrested) is None
    assert led("When was Tom Reed arrested?", make_evidence(arrested.text)) is not None


def keys_of(word: str) -> frozenset[str]:
    return frozenset({key_of(word)})
