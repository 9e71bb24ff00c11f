"""The path of an answer over a small library, with a reader that says what it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.answering.service import ChatService
from app.errors import NotReadyError, QuestionEmptyError, QuestionTooLongError, UnknownComposerError
from app.languages.catalogue import say
from app.turns.kinds import TurnKind
from app.turns.sentences import NO_TABLE, OWN_WORDS
from app.turns.understanding import Turn
from app.types import (
    Answer,
    AnswerDone,
    AnswerStatus,
    ClaimEvent,
    Form,
    Message,
    NoteEvent,
    Question,
    StatusEvent,
)
from tests.builders import make_document
from tests.builders_answering import ScriptedReader
from tests.builders_service import build_library, open_service
from vectorstore.config import StoreSettings
from vectorstore.types import Filters

OPENED = "The mill in Hove opened in 1921."
RUNS = "Ada Lund has run the mill since 2019."
COST = "The bridge in Lewes cost 3 million euros."
MILL = make_document(
    "/notes/mill.md",
    f"{OPENED} {RUNS} A second mill is planned.",
    title="The mill of Hove",
    publisher="Gazette",
    published=date(2021, 3, 2),
)
BRIDGE = make_document(
    "/notes/bridge.md",
    f"{COST} It was built in two years. Nobody was hurt.",
    title="The bridge of Lewes",
    publisher="Herald",
    published=date(2015, 6, 1),
)


COMMON = frozenset("who run mill bridge the in".split())


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> StoreSettings:
    return build_library(tmp_path_factory.mktemp("library"), [MILL, BRIDGE])


@contextmanager
def serving(
    library: StoreSettings, *sentences: str, chance: float = 0.9, **options: Any
) -> Iterator[tuple[ChatService, ScriptedReader]]:
    service, reader = open_service(library, dict.fromkeys(sentences, chance), **options)
    yield service, reader
    service.close()


def ask(library: StoreSettings, text: str, *sentences: str, **options: Any) -> Answer:
    with serving(library, *sentences, **options) as (service, _):
        return service.answer(Question(text))


def test_what_the_reader_finds_is_said_and_cited_to_its_place(library: StoreSettings) -> None:
    answer = ask(library, "When did the mill in Hove open?", OPENED)
    assert answer.status is AnswerStatus.ANSWERED
    assert [(claim.text, claim.citations) for claim in answer.claims] == [(OPENED, (1,))]
    (citation,) = answer.citations
    assert citation.document_id == MILL.document.id
    assert MILL.document.text[citation.start : citation.end] == citation.quote == OPENED
    assert (answer.message, answer.near_misses) == (None, ())


def test_nothing_that_the_reader_leaves_out_is_said(library: StoreSettings) -> None:
    answer = ask(library, "Who runs the mill in Hove?", RUNS)
    assert [claim.text for claim in answer.claims] == [RUNS]


def test_pros_and_cons_are_asked_one_by_one_each_under_its_heading(library: StoreSettings) -> None:
    with serving(library, RUNS) as (service, reader):
        answer = service.answer(Question("What are the pros and cons of the mill in Hove?"))
    asked = [
        "What are the benefits of the mill in Hove?",
        "What are the risks of the mill in Hove?",
    ]
    assert list(dict.fromkeys(reader.asked)) == asked
    assert list(dict.fromkeys(claim.heading for claim in answer.claims)) == asked


def test_without_a_sentence_that_answers_it_abstains_and_says_what_it_searched(
    library: StoreSettings,
) -> None:
    answer = ask(library, "Who owns the mill in Hove?")
    assert answer.status is AnswerStatus.ABSTAINED
    assert (answer.claims, answer.citations) == ((), ())
    assert answer.message is not None
    assert "Searched: 2 sources" in answer.message


@pytest.mark.parametrize(
    ("threshold", "status"), [(0.3, AnswerStatus.ANSWERED), (0.9, AnswerStatus.ABSTAINED)]
)
def test_the_threshold_decides_how_sure_the_reader_must_be(
    library: StoreSettings, threshold: float, status: AnswerStatus
) -> None:
    question = "When did the mill in Hove open?"
    assert ask(library, question, OPENED, chance=0.6, threshold=threshold).status is status


def test_a_stream_is_status_claims_notes_and_the_answer(library: StoreSettings) -> None:
    with serving(library, OPENED, RUNS) as (service, _):
        events = list(service.stream(Question("What is known of the mill in Hove?")))
    assert isinstance(events[0], StatusEvent)
    *_, note, done = events
    assert isinstance(note, NoteEvent)
    assert isinstance(done, AnswerDone)
    claims = [event.claim for event in events if isinstance(event, ClaimEvent)]
    assert tuple(claims) == done.answer.claims
    assert note.notes == done.answer.notes
    assert note.notes.newest is not None
    assert note.notes.newest.published == date(2021, 3, 2)


def test_a_follow_up_is_read_as_typed_behind_the_question_before_it(
    library: StoreSettings,
) -> None:
    before = "When did the mill in Hove open?"
    history = (Message("user", before), Message("assistant", OPENED))
    follow_up = "Who runs it?"
    with serving(library, RUNS, dependent=(follow_up,)) as (service, reader):
        answer = service.answer(Question(follow_up, history))
    assert [claim.text for claim in answer.claims] == [RUNS]
    assert f"{before} / {follow_up}" in reader.asked
    assert answer.understood == "Who runs the mill in Hove?"


@pytest.mark.parametrize(
    ("question", "is_alone"),
    [
        ("Why did Lewes close?", True),
        ("why did Lewes close", True),
        ("Why did Lewes close, too?", False),
        ("Why did Lewes buy it?", False),
        ("Why did the mill in Hove close?", False),
    ],
)
def test_a_whole_question_about_a_name_not_mentioned_before_changes_the_subject(
    library: StoreSettings, question: str, *, is_alone: bool
) -> None:
    before = "When did the mill in Hove open?"
    history = (Message("user", before), Message("assistant", OPENED))
    with serving(library, RUNS, dependent=(question,)) as (service, reader):
        service.answer(Question(question, history))
    assert any(each.startswith(f"{before} /") for each in reader.asked) is not is_alone


def test_a_follow_up_that_the_reader_takes_alone_is_read_with_what_its_pronoun_means(
    library: StoreSettings,
) -> None:
    history = (Message("user", "When did the mill in Hove open?"), Message("assistant", OPENED))
    with serving(library, RUNS) as (service, reader):
        service.answer(Question("Who runs it?", history))
    assert "Who runs the mill in Hove?" in reader.asked


def test_behind_bare_questions_a_follow_up_is_read_with_what_they_meant(
    library: StoreSettings,
) -> None:
    history = (
        Message("user", "When did the mill in Hove open?"),
        Message("assistant", OPENED),
        Message("user", "Why?"),
        Message("assistant", "The sources do not say."),
        Message("user", "Where?"),
        Message("assistant", "The sources do not say."),
    )
    follow_up = "Who runs it?"
    with serving(library, RUNS, dependent=(follow_up,)) as (service, reader):
        service.answer(Question(follow_up, history))
    read = "Why did the mill in Hove open? / Where did the mill in Hove open? / Who runs it?"
    assert read in reader.asked


def test_a_follow_up_is_answered_from_what_the_answer_before_cites_if_that_answers(
    library: StoreSettings,
) -> None:
    """Two documents answer it equally well; which one is meant, the conversation tells."""
    follow_up = "How long did the work take?"
    for cited, likeliest in ((MILL, RUNS), (BRIDGE, COST)):
        history = (
            Message("user", "What is known of the works?"),
            Message("assistant", "This.", (cited.document.id,)),
        )
        with serving(library, RUNS, COST, dependent=(follow_up,)) as (service, _):
            answer = service.answer(Question(follow_up, history))
        assert answer.claims[0].text == likeliest


def test_a_question_that_stands_alone_is_answered_from_all_documents(
    library: StoreSettings,
) -> None:
    question = "What did the bridge in Lewes cost?"
    history = (
        Message("user", "When did the mill in Hove open?"),
        Message("assistant", OPENED, (MILL.document.id,)),
    )
    with serving(library, COST, RUNS) as (service, _):
        answer = service.answer(Question(question, history))
    assert answer.claims[0].text == COST


@pytest.mark.parametrize("turn", ["hove mill", "Hove", "lewes bridge"])
def test_a_few_words_with_a_name_of_the_library_are_a_question(
    library: StoreSettings, turn: str
) -> None:
    with serving(library, OPENED, COST, words=lambda: COMMON) as (service, reader):
        answer = service.answer(Question(turn))
    assert answer.kind == "question"
    assert reader.asked


@pytest.mark.parametrize("turn", ["hello", "thanks a lot", "Que peux-tu faire ?"])
def test_a_few_words_without_one_are_what_they_sound_like(
    library: StoreSettings, turn: str
) -> None:
    with serving(library, OPENED, words=lambda: COMMON) as (service, reader):
        answer = service.answer(Question(turn))
    assert answer.kind in {"courtesy", "help"}
    assert not reader.asked


def test_names_typed_small_are_read_as_the_library_writes_them(library: StoreSettings) -> None:
    with serving(library, RUNS, words=lambda: COMMON) as (service, reader):
        service.answer(Question("who runs the mill in hove?"))
    assert any("Hove" in asked for asked in reader.asked)


def test_a_question_that_stands_alone_is_read_alone(library: StoreSettings) -> None:
    history = (Message("user", "When did the mill in Hove open?"), Message("assistant", OPENED))
    question = "What did the bridge in Lewes cost?"
    with serving(library, COST) as (service, reader):
        service.answer(Question(question, history))
    assert all("mill" not in asked for asked in reader.asked)


@pytest.mark.parametrize(
    ("filters", "is_answered"),
    [
        (Filters(document_ids=(MILL.document.id,)), True),
        (Filters(document_ids=(BRIDGE.document.id,)), False),
        (Filters(publishers=("Gazette",)), True),
        (Filters(publishers=("Herald",)), False),
        (Filters(published_from=date(2020, 1, 1)), True),
        (Filters(published_to=date(2020, 1, 1)), False),
    ],
)
def test_filters_restrict_what_is_read(
    library: StoreSettings, filters: Filters, is_answered: bool
) -> None:
    with serving(library, OPENED) as (service, _):
        answer = service.answer(Question("When did the mill in Hove open?", filters=filters))
    assert (answer.status is AnswerStatus.ANSWERED) is is_answered


def test_the_same_question_gives_the_same_answer_under_another_id(library: StoreSettings) -> None:
    def lasting(answer: Answer) -> dict[str, Any]:
        receipt = replace(answer.receipt, timings_ms={})
        return asdict(replace(answer, id="", created=date.min, receipt=receipt))  # type: ignore[arg-type]

    with serving(library, OPENED, RUNS) as (service, _):
        first, second = (service.answer(Question("Tell of the mill in Hove")) for _ in range(2))
    assert lasting(first) == lasting(second)
    assert first.id != second.id


def test_the_receipt_says_how_the_answer_came_about(library: StoreSettings) -> None:
    receipt = ask(library, "When did the mill in Hove open?", OPENED).receipt
    assert receipt.composer == "extractive"
    assert receipt.reader == "scripted"
    assert receipt.generation == "gen-000001"
    assert receipt.passages[0]["id"].startswith(MILL.document.id)
    assert set(receipt.timings_ms) >= {"condense", "search", "read", "compose", "compare"}


def test_signs_that_hide_are_taken_out_of_the_question(library: StoreSettings) -> None:
    answer = ask(library, "When\x00 did the\u202e mill in Hove\u200b open?", OPENED)
    assert answer.question == "When did the mill in Hove open?"
    assert answer.status is AnswerStatus.ANSWERED


@pytest.mark.parametrize("text", ["", " \n", "?!", "\u200b"])
def test_an_empty_question_is_refused_before_anything_is_read(
    library: StoreSettings, text: str
) -> None:
    with serving(library) as (service, reader):
        with pytest.raises(QuestionEmptyError):
            service.answer(Question(text))
        assert reader.asked == []


def test_a_question_above_the_limit_is_refused(library: StoreSettings) -> None:
    with pytest.raises(QuestionTooLongError, match="at most 10"):
        ask(library, "When did the mill open?", max_question_characters=10)


def test_an_unknown_composer_is_named_with_those_there_are(library: StoreSettings) -> None:
    with (
        serving(library) as (service, _),
        pytest.raises(UnknownComposerError, match=r"'oracle'.*extractive"),
    ):
        service.answer(Question("When did it open?", composer="oracle"))


def test_sources_texts_and_versions_are_those_that_are_served(library: StoreSettings) -> None:
    with serving(library) as (service, _):
        assert {each.metadata.title for each in service.sources()} == {
            "The mill of Hove",
            "The bridge of Lewes",
        }
        document = service.document(MILL.document.id)
        assert document is not None
        assert document.text == MILL.document.text
        assert service.document(MILL.document.id, "0" * 12) is None
        assert len(service.sentences(MILL.document.id)) == len(MILL.sentences)
        (version,) = service.versions(MILL.document.id)
        assert version.is_current
        assert service.document("0" * 16) is None
        assert (service.ready().ok, service.ready().documents) == (True, 2)


def test_an_empty_library_is_not_ready_and_says_so(tmp_path: Path) -> None:
    with serving(StoreSettings(tmp_path)) as (service, _):
        assert not service.ready().ok
        with pytest.raises(NotReadyError, match="nothing has been ingested yet"):
            service.answer(Question("When did the mill open?"))


def test_a_first_question_that_points_back_is_asked_whom_it_means(library: StoreSettings) -> None:
    with serving(library) as (service, reader):
        answer = service.answer(Question("When did it open?"))
        assert answer.kind == "conversation"
        assert str(answer.message).startswith("I cannot tell whom or what you mean")
        within = Filters(document_ids=(MILL.document.id,))
        assert service.answer(Question("When did it open?", filters=within)).kind == "question"


def test_a_refused_question_about_another_name_leaves_the_documents_before_it(
    library: StoreSettings,
) -> None:
    follow_up = "How long did the work take?"
    history = (
        Message("user", "What is known of the works?"),
        Message("assistant", "This.", (MILL.document.id,)),
        Message("user", "Why did Lewes buy the bridge?"),
        Message("assistant", "The sources do not say."),
    )
    for talk, likeliest in ((history[:2], RUNS), (history, COST)):
        service, _ = open_service(library, {RUNS: 0.6, COST: 0.9}, dependent=(follow_up,))
        assert service.answer(Question(follow_up, talk)).claims[0].text == likeliest
        service.close()


def test_a_follow_up_needs_a_surer_answer(library: StoreSettings) -> None:
    follow_up = "Who runs things?"
    history = (Message("user", "When did the mill in Hove open?"), Message("assistant", OPENED))
    with serving(library, RUNS, dependent=(follow_up,), threshold=0.7) as (service, _):
        assert service.answer(Question(follow_up, history)).claims == ()
    with serving(library, RUNS, threshold=0.7) as (service, _):
        assert service.answer(Question(follow_up, history)).claims != ()


@pytest.mark.parametrize("turn", ["Where does it say that?", "says who?"])
def test_where_an_answer_stands_is_told_and_leaves_the_subject(
    library: StoreSettings, turn: str
) -> None:
    history = (
        Message("user", "When did the mill in Hove open?"),
        Message("assistant", OPENED),  # a client may not know its documents
    )
    with serving(library, RUNS) as (service, reader):
        answer = service.answer(Question(turn, history))
        assert OPENED in [claim.text for claim in answer.claims]
        assert reader.asked == []
        after = (*history, Message("user", turn), Message("assistant", "Mill. 2021."))
        service.answer(Question("Who runs it?", after))
    assert "Who runs the mill in Hove?" in reader.asked


TALK = (
    Message("user", "When did the mill in Hove open?"),
    Message("assistant", f"{OPENED} {RUNS}", (MILL.document.id,)),
)


def test_a_shorter_answer_is_the_likeliest_sentence_of_the_one_before(
    library: StoreSettings,
) -> None:
    service, reader = open_service(library, {OPENED: 0.9, RUNS: 0.7})
    whole = service.answer(Question(TALK[0].content))
    answer = service.answer(Question("shorter please", TALK))
    service.close()
    assert [claim.text for claim in whole.claims] == [OPENED, RUNS]
    assert [claim.text for claim in answer.claims] == [OPENED]
    assert (answer.question, answer.understood) == ("shorter please", TALK[0].content)
    assert "shorter please" not in reader.asked


def test_an_answer_is_given_again_as_a_list_and_in_another_frame(library: StoreSettings) -> None:
    with serving(library, OPENED) as (service, _):
        listed = service.answer(Question("as bullet points", TALK))
        german = service.answer(Question("auf Deutsch bitte", TALK))
        table = service.answer(Question("as a table", TALK))
    assert [claim.form for claim in listed.claims] == [Form.ITEM]
    assert german.language == "de"
    assert german.message == say("de", OWN_WORDS)
    assert [claim.text for claim in german.claims] == [OPENED]
    assert (table.table, table.message) == (None, NO_TABLE)


def test_asking_for_another_form_leaves_the_subject(library: StoreSettings) -> None:
    after = (*TALK, Message("user", "shorter"), Message("assistant", "Short."))
    with serving(library, RUNS) as (service, reader):
        service.answer(Question("Who runs it?", after))
    assert "Who runs the mill in Hove?" in reader.asked


@pytest.mark.parametrize("history", [(), (Message("assistant", "Hello. What is it?"),)])
def test_without_an_answer_before_it_there_is_nothing_to_shorten(
    library: StoreSettings, history: tuple[Message, ...]
) -> None:
    with serving(library, OPENED) as (service, _):
        assert service.answer(Question("shorter", history)).claims == ()


def test_more_of_an_answer_is_what_stands_around_it(library: StoreSettings) -> None:
    with serving(library, OPENED) as (service, _):
        answer = service.answer(Question("tell me more", TALK))
    assert [claim.text for claim in answer.claims] == [OPENED, RUNS, "A second mill is planned."]


def test_what_sounds_like_help_is_answered_where_a_source_has_all_its_words(
    library: StoreSettings,
) -> None:
    text = "How do I open the second mill?"
    planned = "A second mill is planned."
    with serving(library, planned) as (service, _):
        service._hearing._understand = lambda text, follows=False: Turn(  # type: ignore[assignment]
            text, TurnKind.HELP, 0.9, ()
        )
        assert [claim.text for claim in service.answer(Question(text)).claims] == []
        answer = service.answer(Question("How is the second mill planned?"))
        assert [claim.text for claim in answer.claims] == [planned]
        assert answer.kind == "question"


@pytest.mark.parametrize(
    "text", ["What did you say about the mill?", "did I already ask that", "recap our conversation"]
)
def test_what_was_said_here_is_no_question_to_the_sources(
    library: StoreSettings, text: str
) -> None:
    with serving(library, OPENED) as (service, reader):
        answer = service.answer(Question(text, TALK))
    assert (answer.claims, answer.kind, reader.asked) == ((), "conversation", [])


def test_a_list_of_documents_is_gone_on_with(library: StoreSettings) -> None:
    listed = (
        Message("user", "List all documents"),
        Message(
            "assistant",
            "The bridge of Lewes. The mill of Hove.",
            (MILL.document.id, BRIDGE.document.id),
        ),
    )
    with serving(library) as (service, _):
        second = service.answer(Question("When was the second one published?", listed))
        those = service.answer(Question("which of them mention Lewes?", listed))
        other = service.answer(Question("and from 2015?", listed))
    assert "The mill of Hove" in second.claims[0].text
    assert "2 March 2021" in second.claims[0].text
    assert [claim.text.split(".")[0] for claim in those.claims[1:]] == ["The bridge of Lewes"]
    assert [claim.text.split(".")[0] for claim in other.claims[1:]] == ["The bridge of Lewes"]


def test_a_question_about_the_library_may_say_it(library: StoreSettings) -> None:
    with serving(library) as (service, _):
        answer = service.answer(Question("Which documents mention it?", TALK))
    assert "The mill of Hove" in " ".join(claim.text for claim in answer.claims)


def test_one_word_behind_a_sentence_is_no_name_put_into_it(library: StoreSettings) -> None:
    with serving(library, OPENED) as (service, reader):
        service.answer(Question("I read that Lewes sold the mill. True?"))
    assert "I read that Lewes sold the mill. True?" in reader.asked


@pytest.mark.parametrize(("text", "asks"), [("bridge for 3m euros", True), ("convert $3m", False)])
def test_a_few_words_with_a_sum_of_money_are_asked_of_the_sources(
    library: StoreSettings, text: str, asks: bool
) -> None:
    with serving(library, COST) as (service, reader):
        answer = service.answer(Question(text))
    assert bool(answer.claims) is asks


def test_of_a_refusal_nobody_is_told_where_it_stands(library: StoreSettings) -> None:
    history = (Message("user", "Who sold it?"), Message("assistant", "The sources do not say."))
    with serving(library, RUNS) as (service, reader):
        answer = service.answer(Question("Where does it say that?", history))
    assert (answer.claims, reader.asked) == ((), [])
    assert answer.message is not None


def test_whether_nothing_is_sure_is_no_question_to_the_sources(library: StoreSettings) -> None:
    with serving(library, RUNS) as (service, reader):
        assert service.answer(Question("Are you sure?")).claims == ()
    assert reader.asked == []


@pytest.mark.parametrize("turn", ["qui a fondé Hove ?", "Bonsoir, qui dirige Hove ?"])
def test_a_question_in_another_language_is_one_by_its_english_form(
    library: StoreSettings, turn: str
) -> None:
    with serving(library, RUNS) as (service, reader):
        service.answer(Question(turn))
    assert reader.asked != []


def test_a_follow_up_that_is_not_answered_behind_others_is_asked_by_itself(
    library: StoreSettings,
) -> None:
    follow_up = "Who runs it?"
    history = (Message("user", "When did the mill in Hove open?"), Message("assistant", OPENED))
    with serving(library, RUNS, dependent=(follow_up,), threshold=0.7) as (service, _):
        answer = service.answer(Question(follow_up, history))
        assert answer.claims[0].text == RUNS
        assert answer.receipt.condensed_query == answer.understood == "Who runs the mill in Hove?"
