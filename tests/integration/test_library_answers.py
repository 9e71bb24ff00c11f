"""Questions about the library, comparisons and values, over the sample corpus.

Each row is a question as staff type it, after those before it, and what the answer must hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.answering.service import ChatService
from app.bootstrap import build_chat_service
from app.settings import Settings
from app.types import Answer, AnswerDone, AnswerStatus, ClaimEvent, Form, Message, Verdict
from app.types import Question as Asking
from tests.printed import printed

pytestmark = [pytest.mark.model, pytest.mark.slow]

HAVEN = "Haven: why three giants gave up on fixing health care together"
WALGREENS = "Walgreens and Microsoft: a pharmacy chain moves its data to the cloud"
ALLIANCE = "Star Alliance: how competitors fly together"

ANSWERS: list[tuple[tuple[str, ...], tuple[str, ...]]] = [
    # About the documents.
    (("List all documents",), ("11 documents", HAVEN, WALGREENS, ALLIANCE)),
    (("documents?",), ("11 documents",)),
    (("How many articles are there?",), ("11 documents",)),
    (("Which documents were published in 2019?",), ("2 of 11", WALGREENS)),
    (("What is the newest document?",), ("What makes alliances work", "10 February 2025")),
    (("which is the oldest article?",), ("Apple and IBM", "11 January 2016")),
    (("Who wrote the article about Star Alliance?",), (ALLIANCE, "Accord editors")),
    (("author of the Pfizer article",), ("Pfizer and BioNTech", "Accord editors")),
    (("When was the article about Haven published?",), (HAVEN, "7 June 2021")),
    (("what's the date of the Starbucks article",), ("5 September 2018",)),
    (("how long is the sony paper",), ("words", "Sony and Honda")),
    (("what is the title of the article about Haven?",), (HAVEN,)),
    (("Which articles mention Amazon?",), ("2 of 11", HAVEN, WALGREENS)),
    (("which artciles mention amazn",), ("2 of 11", HAVEN, WALGREENS)),
    (("which articles talk about both Amazon and Microsoft",), ("1 of 11", WALGREENS)),
    (("Summarise the article about Star Alliance",), ("14 May 1997", "independent companies")),
    (("tl;dr of the haven article",), ("30 January 2018", "Atul Gawande")),
    (("Summarise the work of Atul Gawande",), ("chief executive in June 2018", "May 2020")),
    (("summarise everything you have on Amazon",), ("PillPack", HAVEN, WALGREENS)),
    (("what's new since Monday",), ("to the library",)),
    (
        ("Has the CVS-Aetna merger been completed?", "What is the date of that article?"),
        ("10 September 2019", "12 November 2018"),
    ),
    (("When did Haven close?", "who wrote that article?"), (HAVEN, "Accord editors")),
    # On from a question about the documents, and from any other.
    (("Which documents were published in 2019?", "and in 2018?"), ("2 of 11", "5 September 2018")),
    (("Which documents were published in 2019?", "which of them mention Amazon?"), (WALGREENS,)),
    (("List all documents", "who wrote the second one?"), ("Sony and Honda", "Accord editors")),
    (("When did Haven close?", "which articles mention it?"), ("2 of 11", HAVEN)),
    (("summarise the haven article", "in one sentence please"), (HAVEN, "30 January 2018")),
    # Filters in plain words.
    (("According to the Haven article, who was named chief executive?",), ("Atul Gawande",)),
    (("what does the Walgreens article say about Amazon?",), ("PillPack",)),
    (("When did the merger close according to documents from 2019?",), ("28 November 2018",)),
    # Comparisons.
    (
        ("Which was larger, the CVS-Aetna merger or the Nestlé-Starbucks deal?",),
        ("The CVS-Aetna merger was larger: roughly $70 billion", "roughly $69 billion",
         "$7.15 billion", "$70 billion − $7.15 billion = about $62.85 billion"),
    ),
    (
        ("What is the difference between the Starbucks-Nestlé deal and the CVS-Aetna merger?",),
        ("Nestlé paid Starbucks", "CVS Health completed its acquisition", "$69 billion"),
    ),
    (("Was Haven founded before Star Alliance?",), ("No.", "30 January 2018", "14 May 1997")),
    (("Is Haven older than Sony Honda Mobility?",), ("Yes.", "28 September 2022")),
    (
        ("Compare the Haven venture and the Sony stake",),
        ("Amazon, Berkshire Hathaway and JPMorgan Chase", "Sony and Honda own", "not said"),
    ),
    (
        ("Tell me about Star Alliance", "Compare it with Haven"),
        ("Star Alliance was founded", "Amazon, Berkshire Hathaway"),
    ),
    (
        ("How long between the announcement and the closing of the CVS-Aetna merger?",),
        ("3 December 2017", "28 November 2018", "360 days"),
    ),
    (("Pfizer or Nestlé: who paid more?",), ("$6.965 billion", "$185 million")),
    (("Did Haven last longer than the Walgreens-Microsoft partnership?",), ("No.", "7 years − 3")),
    (("Did the CVS-Aetna merger cost more than $100 billion?",), ("No.", "roughly $69 billion")),
    (("Did Nestlé pay more than 7 billion dollars?",), ("Yes.", "$7.15 billion")),
    (("Was Star Alliance founded before 1990?",), ("No.", "14 May 1997")),
    (("does Walgreens have more than 100,000 employees?",), ("Yes.", "more than 380,000")),
    # Numbers, dates, other notation, terse.
    (("What is worth $7.15bn?",), ("Nestlé paid Starbucks $7.15 billion",)),
    (("what cost 7,150 million dollars",), ("Nestlé paid Starbucks $7.15 billion",)),
    (("the 7.15 billion dollar deal",), ("Nestlé paid Starbucks $7.15 billion",)),
    (("What cost $5.4 billion?",), ("36.8 % of Nissan",)),
    (("who owns 36,8 % of what",), ("Renault bought 36.8 % of Nissan",)),
    (("deal of 69 billion",), ("Aetna share",)),
    (("What was founded on 14.05.1997?",), ("Star Alliance was founded",)),
    (("What happened in 1997?",), ("Star Alliance was founded",)),
    (("What happened on 28.11.2018?",), ("CVS Health completed",)),
    (("what happened on 2018-01-30?",), ("Amazon, Berkshire Hathaway",)),
    (("starbuks nestle deal price",), ("$7.15 billion",)),
    (("when did havven clsoe",), ("February 2021",)),
    (("WBA partner",), ("Walgreens Boots Alliance and Microsoft",)),
]  # fmt: skip
REFUSED = [
    ("Do you have anything on fisheries?", "None of the 11 documents"),
    ("What was founded on 14.05.1998?", "give no answer"),
    ("what is worth $3bn", "give no answer"),
    ("When was Spotify founded?", "give no answer"),
    ("Summarise that article", "Which document do you mean?"),
]


@pytest.fixture(scope="module")
def service(sample_library: tuple[Path, Path]) -> Iterator[ChatService]:
    settings = Settings(_env_file=None, data_dir=sample_library[1])
    built = build_chat_service(settings, watch=False)
    yield built
    built.close()


def ask(service: ChatService, *turns: str) -> Answer:
    """The answer to the last of some turns; each quote is checked against its source."""
    history: list[Message] = []
    for turn in turns:
        answer = service.answer(Asking(turn, tuple(history)))
        said = " ".join(claim.text for claim in answer.claims) or answer.message or ""
        history += [Message("user", turn), Message("assistant", said)]
    cells = [cell for row in (answer.table.rows if answer.table else ()) for cell in row.cells]
    used = {n for part in answer.claims for n in part.citations}
    used |= {n for cell in cells for n in cell.citations}
    assert used == {one.n for one in answer.citations}
    assert all(claim.citations for claim in answer.claims)
    for one in answer.citations:
        document = service.document(one.document_id, one.version)
        assert document is not None
        assert document.text[one.start : one.end] == one.quote
    return answer


@pytest.mark.parametrize(("turns", "facts"), ANSWERS, ids=[turns[-1] for turns, _ in ANSWERS])
def test_answer_holds_what_the_documents_and_the_catalog_say(
    service: ChatService, turns: tuple[str, ...], facts: tuple[str, ...]
) -> None:
    answer = ask(service, *turns)

    text = printed(answer)
    assert answer.status is not AnswerStatus.ABSTAINED, text
    assert [fact for fact in facts if fact not in text] == []


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_is_not_there_is_said_to_be_not_there(
    service: ChatService, text: str, message: str
) -> None:
    answer = ask(service, text)

    assert answer.status is AnswerStatus.ABSTAINED
    assert answer.message is not None
    assert message in answer.message


def test_list_names_each_document_once_on_its_own_line(service: ChatService) -> None:
    answer = ask(service, "List all documents")

    items = [claim for claim in answer.claims if claim.form is Form.ITEM]
    assert len(items) == len({claim.text for claim in items}) == 11
    assert {claim.verdict for claim in answer.claims} == {Verdict.CATALOG}


def test_summary_is_in_the_document_s_own_words_under_its_headings(service: ChatService) -> None:
    answer = ask(service, "Summarise the Haven article in three sentences")

    own = [claim for claim in answer.claims if claim.verdict is Verdict.SUPPORTED]
    assert len(own) == 3
    assert any(claim.heading for claim in own)
    quotes = {" ".join(one.quote.split()) for one in answer.citations}
    assert all(claim.text in quotes for claim in own)


def test_mention_is_cited_where_it_stands(service: ChatService) -> None:
    answer = ask(service, "Which articles mention PillPack?")

    assert all("PillPack" in one.quote for one in answer.citations)


def test_cells_are_words_of_the_sentences_that_they_cite(service: ChatService) -> None:
    answer = ask(service, "compare Haven and Star Alliance by date and duration")

    assert answer.table is not None
    assert answer.table.columns == ("Haven", "Star Alliance")
    quotes = {one.n: " ".join(one.quote.split()) for one in answer.citations}
    for cell in (cell for row in answer.table.rows for cell in row.cells):
        assert cell.text == "not said" or all(cell.text in quotes[n] for n in cell.citations)


def test_part_of_a_comparison_that_is_not_said_is_told(service: ChatService) -> None:
    answer = ask(service, "Which lasted longer, Haven or Star Alliance?")

    assert answer.status is AnswerStatus.PARTIAL
    assert answer.message == "Nothing on this was found about Star Alliance."


def test_stream_of_an_answer_from_the_catalog_ends_with_the_same(service: ChatService) -> None:
    events = list(service.stream(Asking("Which articles mention Amazon?")))

    last = events[-1]
    assert isinstance(last, AnswerDone)
    streamed = [event for event in events if isinstance(event, ClaimEvent)]
    assert tuple(event.claim for event in streamed) == last.answer.claims
    assert tuple(one for event in streamed for one in event.citations) == last.answer.citations
