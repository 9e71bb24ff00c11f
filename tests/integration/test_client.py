"""The Python client against a real server, and against the OpenAPI document."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import aclosing
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from app.access.scopes import OPEN
from app.access.tokens import TokenStore
from app.bootstrap import open_conversations
from app.client import (
    Accord,
    AccordError,
    Answer,
    AsyncAccord,
    BrokenStreamError,
    Event,
    Filters,
    NewClaim,
    Notes,
    ProblemError,
    Status,
    Turn,
    UnreachableError,
    models,
    wire,
)
from app.errors import NotReadyError, OverloadedError
from app.protocols import Readiness
from app.types import Message
from app.web.api import create_app
from tests.builders_web import FakeChatService, make_abstention, make_settings
from tests.live_server import LiveServer, serving, until

QUESTION = "What was bought?"

SCHEMAS: dict[type[BaseModel], str] = {
    models.Turn: "HistoryMessage",
    models.Filters: "FiltersBody",
    models.Document: "DocumentBody",
    models.Citation: "CitationBody",
    models.Claim: "ClaimBody",
    models.Cell: "CellBody",
    models.Row: "RowBody",
    models.Table: "TableBody",
    models.Lead: "LeadBody",
    models.SourceAge: "SourceAgeBody",
    models.Disagreement: "DisagreementBody",
    models.Notes: "NotesBody",
    models.NearMissDocument: "NearMissDocumentBody",
    models.NearMiss: "NearMissBody",
    models.Usage: "UsageBody",
    models.Receipt: "ReceiptBody",
    models.Answer: "AnswerBody",
    models.Source: "SourceBody",
    models.SourceList: "SourceListBody",
    models.Span: "SpanBody",
    models.Passage: "PassageBody",
    models.PassageList: "SearchResultBody",
    models.SourceVersion: "SourceVersionBody",
    models.SourceText: "SourceTextBody",
    models.ConversationSummary: "ConversationSummaryBody",
    models.Conversation: "ConversationBody",
    models.ConversationList: "ConversationListBody",
    models.Feedback: "FeedbackBody",
    models.GivenFeedback: "GivenFeedbackBody",
    models.Readiness: "ReadinessBody",
    models.Questions: "StartersBody",
}
# Not in the document, which describes the stream in words.
ONLY_IN_STREAMS = {models.Status, models.NewClaim}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with serving(make_settings(tmp_path_factory.mktemp("client"), require_token=False)) as live:
        yield live


@pytest.fixture
def live(server: LiveServer) -> LiveServer:
    """The server with a fresh script."""
    chat = server.chat
    assert isinstance(chat, FakeChatService)
    chat.questions.clear()
    chat.replies.clear()
    chat.error = chat.late_error = None
    chat.held = False
    chat.readiness = Readiness(ok=True, detail="Ready.", generation="gen-1", documents=2)
    return server


@pytest.fixture
def accord(live: LiveServer) -> Iterator[Accord]:
    with Accord(live.url) as accord:
        yield accord


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    app = create_app(make_settings(tmp_path_factory.mktemp("openapi")), FakeChatService())
    described: dict[str, Any] = app.openapi()
    app.state.web.conversations.close()
    return described


def test_search_finds_passages_with_exact_spans(accord: Accord) -> None:
    first, *_ = accord.search("price", limit=2)

    text = accord.source(first.document.id, version=first.version).text
    assert text[first.start : first.end] == first.text
    assert "The price was $70 billion." in {text[s.start : s.end] for s in first.sentences}


def test_question_is_asked_as_typed(accord: Accord, live: LiveServer) -> None:
    accord.ask(QUESTION)
    accord.ask(QUESTION, as_typed=True)

    assert isinstance(live.chat, FakeChatService)
    assert [one.as_typed for one in live.chat.questions] == [False, True]


def test_request_with_a_key_is_answered_once(accord: Accord, live: LiveServer) -> None:
    first, second = (accord.ask(QUESTION, idempotency_key="a-key") for _ in range(2))

    assert second == first
    assert isinstance(live.chat, FakeChatService)
    assert len(live.chat.questions) == 1


def test_answer_has_its_claims_and_exact_quotes(accord: Accord) -> None:
    answer = accord.ask(QUESTION)

    assert answer.status == "answered"
    assert answer.claims[1].text == "The price was $70 billion."
    assert answer.text.splitlines()[1] == "The price was $70 billion. [2]"
    for citation in answer.citations:
        source = accord.source(citation.document.id, version=citation.version)
        assert source.text[citation.start : citation.end] == citation.quote
    assert answer.notes.disagreements[0].citations == (1, 3)
    assert answer.receipt.composer == "extractive"


def test_abstention_is_an_answer(accord: Accord, live: LiveServer) -> None:
    live.chat.replies["Moon?"] = make_abstention("Moon?")

    answer = accord.ask("Moon?")

    assert (answer.status, answer.claims) == ("abstained", ())
    assert answer.text.startswith("The sources do not say")
    assert answer.near_misses[0].text == "Nobody knows yet whether it pays."


def test_history_filters_and_composer_reach_the_service(accord: Accord, live: LiveServer) -> None:
    accord.ask(
        "And the price?",
        history=[Turn(role="user", content=QUESTION), {"role": "assistant", "content": "A."}],
        filters=Filters(publishers=("Example Review",), published_from=date(2019, 1, 1)),
        composer="extractive",
    )

    asked = live.chat.questions[-1]
    assert asked.history == (Message("user", QUESTION), Message("assistant", "A."))
    assert asked.filters.publishers == ("Example Review",)
    assert asked.filters.published_from == date(2019, 1, 1)
    assert asked.composer == "extractive"


def test_stream_yields_typed_events_and_ends_with_the_answer(accord: Accord) -> None:
    events = list(accord.stream(QUESTION))

    assert [type(one) for one in events] == [Status, NewClaim, NewClaim, NewClaim, Notes, Answer]
    claims = [one.claim for one in events if isinstance(one, NewClaim)]
    last = events[-1]
    assert isinstance(last, Answer)
    assert tuple(claims) == last.claims == accord.ask(QUESTION).claims


async def test_asynchronous_client_does_the_same(live: LiveServer) -> None:
    async with AsyncAccord(live.url) as accord:
        answer = await accord.ask(QUESTION)
        events = [one async for one in accord.stream(QUESTION)]
        sources = await accord.sources()
        source = await accord.source(sources[0].id)
        await accord.rate(answer.id, "up")
        rating = await accord.rating(answer.id)
        kept = await accord.answer(answer.id)
        is_ready = (await accord.ready()).ready

    assert events[-1].model_dump()["claims"] == answer.model_dump()["claims"]
    assert source.text == live.chat.documents[0].text
    assert rating.rating == "up"
    assert kept == answer
    assert is_ready


def test_conversation_goes_on_is_read_rated_and_forgotten(accord: Accord) -> None:
    first = accord.ask(QUESTION)
    assert first.conversation_id is not None
    second = accord.ask("And then?", conversation_id=first.conversation_id)

    held = accord.conversation(first.conversation_id)
    accord.rate(second.id, "down", reasons=["outdated"], comment="That was before 2019.")
    given = accord.rating(second.id)
    accord.unrate(second.id)

    assert [one.question for one in held.answers] == [QUESTION, "And then?"]
    assert (given.rating, given.reasons) == ("down", ("outdated",))
    assert accord.rating(second.id).rating is None
    accord.forget(first.conversation_id)
    with pytest.raises(ProblemError) as caught:
        accord.conversation(first.conversation_id)
    assert caught.value.status == 404


def test_sources_are_listed_by_words_and_dates(accord: Accord) -> None:
    assert len(accord.sources()) == 2
    (found,) = accord.sources("pharmacies", published_from=date(2019, 1, 1))
    assert found.publisher == "Example Review"
    assert accord.sources(publisher="Nobody") == ()


def test_questions_to_begin_and_to_go_on_with_come_in_the_order_of_the_server() -> None:
    said = {
        "/api/starters": ["Who sold it?", "What was bought?"],
        "/api/answers/a1/follow-ups": ["When was that?"],
    }
    transport = httpx.MockTransport(
        lambda request: httpx.Response(200, json={"questions": said[request.url.path]})
    )
    with Accord("http://accord.test", transport=transport) as accord:
        assert accord.starters() == ("Who sold it?", "What was bought?")
        assert accord.follow_ups("a1") == ("When was that?",)


def test_server_that_is_not_ready_says_so_without_an_error(
    accord: Accord, live: LiveServer
) -> None:
    live.chat.readiness = Readiness(False, "nothing has been ingested yet", None, 0)

    readiness = accord.ready()

    assert (readiness.ready, readiness.detail) == (False, "nothing has been ingested yet")


@pytest.mark.parametrize("is_streamed", [False, True])
def test_problem_tells_what_happened_and_when_to_try_again(
    accord: Accord, live: LiveServer, is_streamed: bool
) -> None:
    live.chat.error = OverloadedError("Too busy.", retry_after_s=3)

    with pytest.raises(ProblemError) as caught:
        list(accord.stream(QUESTION)) if is_streamed else accord.ask(QUESTION)

    problem = caught.value
    assert (problem.status, problem.detail) == (503, "Too busy.")
    assert problem.type == "urn:accord:problem:overloaded"
    assert problem.retry_after_s == 3
    assert problem.request_id


def test_error_in_the_middle_of_a_stream_is_raised(accord: Accord, live: LiveServer) -> None:
    live.chat.late_error = NotReadyError("/secret/path")
    seen: list[Event] = []

    with pytest.raises(ProblemError) as caught:
        seen.extend(accord.stream(QUESTION))

    assert [type(one) for one in seen] == [Status, NewClaim, NewClaim, NewClaim]
    assert caught.value.status == 503


def test_stream_that_breaks_off_is_an_error() -> None:
    cut = b'event: status\ndata: {"stage": "searching", "detail": ""}\n\n: still here\n\n'
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=cut))
    seen = []

    with Accord("http://a.example", transport=transport) as accord:
        events = accord.stream(QUESTION)
        seen.append(next(events))
        with pytest.raises(BrokenStreamError):
            next(events)

    assert seen == [Status(stage="searching", detail="")]


def test_leaving_a_stream_stops_the_work(accord: Accord, live: LiveServer) -> None:
    chat = live.chat
    assert isinstance(chat, FakeChatService)
    chat.held = True
    closed = chat.closed
    events = accord.stream(QUESTION)
    next(events)

    events.close()

    until(lambda: chat.closed > closed)


async def test_leaving_an_asynchronous_stream_stops_the_work(live: LiveServer) -> None:
    chat = live.chat
    assert isinstance(chat, FakeChatService)
    closed = chat.closed
    chat.held = True
    async with AsyncAccord(live.url) as accord, aclosing(accord.stream(QUESTION)) as events:
        await anext(events)

    until(lambda: chat.closed > closed)


def test_server_that_is_not_there_is_told_as_such() -> None:
    with Accord("http://127.0.0.1:9") as accord:
        with pytest.raises(UnreachableError, match=r"127\.0\.0\.1:9"):
            accord.ask(QUESTION)
        with pytest.raises(UnreachableError):
            list(accord.stream(QUESTION))


def test_server_that_is_no_accord_is_told_as_such() -> None:
    html = httpx.MockTransport(lambda _: httpx.Response(502, text="<h1>Bad gateway</h1>"))
    json = httpx.MockTransport(lambda _: httpx.Response(200, json={"hello": 1}))

    with Accord("http://a.example", transport=html) as accord:
        with pytest.raises(ProblemError, match="Bad gateway") as caught:
            accord.ask(QUESTION)
        assert caught.value.status == 502
    with (
        Accord("http://a.example", transport=json) as accord,
        pytest.raises(AccordError, match="not Accord's"),
    ):
        accord.sources()
    with pytest.raises(ValueError, match="begins with http"):
        Accord("a.example")


def test_token_is_sent_and_its_conversations_are_its_own(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    store = open_conversations(settings)
    token, _ = TokenStore(store.engine).create("test", OPEN.scopes)
    store.close()
    with serving(settings) as live, Accord(live.url) as nobody:
        with Accord(live.url, token=token) as accord:
            answer = accord.ask(QUESTION)
            (held,) = accord.conversations()
        with pytest.raises(ProblemError) as caught:
            nobody.ask(QUESTION)

    assert held.id == answer.conversation_id
    assert caught.value.status == 401


def test_newer_server_may_send_more() -> None:
    body = {"ready": True, "detail": "", "generation": None, "documents": 0, "queue": 3}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=body))

    with Accord("http://a.example", transport=transport) as accord:
        assert accord.ready().model_extra == {"queue": 3}


def test_client_needs_nothing_else_of_the_program() -> None:
    code = (
        "import sys, app.client;"
        "print([m for m in sys.modules if m.split('.')[0] in "
        "('numpy', 'fastapi', 'sqlalchemy', 'langchain_core', 'chromadb', 'vectorstore')])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_both_clients_have_the_same_methods() -> None:
    public = {name for name in dir(Accord) if not name.startswith("_")}

    assert public == {name for name in dir(AsyncAccord) if not name.startswith("_")}


def test_every_model_is_held_against_the_document() -> None:
    known = {
        one
        for one in vars(models).values()
        if isinstance(one, type) and issubclass(one, models._Model) and one is not models._Model
    }

    assert known == set(SCHEMAS) | ONLY_IN_STREAMS


@pytest.mark.parametrize("model", SCHEMAS, ids=lambda one: one.__name__)
def test_model_has_the_fields_and_types_of_the_document(
    document: dict[str, Any], model: type[BaseModel]
) -> None:
    schemas = document["components"]["schemas"]
    theirs = schemas[SCHEMAS[model]]["properties"]
    ours = model.model_json_schema()
    definitions = ours.get("$defs", {})

    fields = ours["properties"]
    assert set(fields) == set(theirs)
    for name, field in fields.items():
        expected, found = kinds(theirs[name], schemas), kinds(field, definitions)
        assert found == expected, f"{model.__name__}.{name}"


def test_calls_are_operations_of_the_document(document: dict[str, Any]) -> None:
    calls = [
        wire.chat("Why?", (), None, None, None, False, None),
        wire.search("Why?", None, 5),
        wire.READY,
        wire.STARTERS,
        wire.CONVERSATIONS,
        wire.sources(None, None, None, None),
        wire.source("{document_id}", None),
        wire.feedback("{answer_id}", "up", (), "", None),
        *(wire.at(m, wire.FEEDBACK, "{answer_id}") for m in ("GET", "DELETE")),
        *(wire.at(m, wire.CONVERSATION, "{conversation_id}") for m in ("GET", "DELETE")),
        wire.at("GET", wire.ANSWER, "{answer_id}"),
        wire.at("GET", wire.FOLLOW_UPS, "{answer_id}"),
    ]

    for call in calls:
        path = call.path.replace("%7B", "{").replace("%7D", "}")
        assert call.method.lower() in document["paths"][path], path


def kinds(schema: dict[str, Any], known: dict[str, Any]) -> set[str]:
    """JSON's types that a field may have; what a reference leads to counts as its type."""
    if "$ref" in schema:
        return kinds(known[schema["$ref"].rpartition("/")[2]], known)
    if "anyOf" in schema:
        return set().union(*(kinds(one, known) for one in schema["anyOf"]))
    if "const" in schema or "enum" in schema:
        return {"string"}
    if schema.get("type") == "array":
        inner = schema.get("items", {})
        return {f"array of {one}" for one in kinds(inner, known)}
    return {str(schema.get("type", "object"))}
