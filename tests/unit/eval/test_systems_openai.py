from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from app.types import Message
from eval.errors import BusyError, NoAnswerError, SystemUnusableError
from eval.systems.http import retry_after
from eval.systems.openai_http import OpenAiOverHttp, claims_of
from eval.systems.refusals import status_of
from eval.types import Case, Dataset, SaidClaim, SourceText

DATASET = Dataset(
    "set",
    (Case("c", "When did it close?"),),
    corpus=(
        SourceText("s1", "Haven", "Haven closed in 2021."),
        SourceText("s2", "Twin", "One."),
        SourceText("s3", "Twin", "Two."),
    ),
)
Handler = Callable[[httpx.Request], httpx.Response]


def reply(content: str | None, **fields: Any) -> dict[str, Any]:
    return {"model": "m-1", "choices": [{"message": {"content": content}}], **fields}


def opened(handler: Handler, url: str = "http://127.0.0.1:9", **options: Any) -> OpenAiOverHttp:
    def serve(request: httpx.Request) -> httpx.Response:
        return httpx.Response(404) if request.method == "GET" else handler(request)

    return OpenAiOverHttp.opened(
        url,
        DATASET,
        model="m",
        timeout_s=5,
        transport=httpx.MockTransport(serve),
        **options,
    )


def answering(body: Any, status: int = 200, **headers: str) -> OpenAiOverHttp:
    return opened(lambda _: httpx.Response(status, json=body, headers=headers))


CASE = Case("c", "When?", (Message("user", "What is Haven?"), Message("assistant", "A venture.")))


@pytest.mark.parametrize(
    "url",
    [
        "http://h:1",
        "http://h:1/",
        "http://h:1/v1",
        "http://h:1/v1/",
        "http://h:1/v1/chat/completions",
    ],
)
def test_the_conversation_is_sent_to_the_completions_of_any_form_of_address(url: str) -> None:
    requests: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json=reply("In 2021."))

    opened(handler, url, api_key="secret").ask(CASE)
    (request,) = requests
    assert str(request.url) == "http://h:1/v1/chat/completions"
    assert request.headers["Authorization"] == "Bearer secret"
    assert json.loads(request.content) == {
        "model": "m",
        "messages": [
            {"role": "user", "content": "What is Haven?"},
            {"role": "assistant", "content": "A venture."},
            {"role": "user", "content": "When?"},
        ],
    }


def test_a_reply_becomes_claims_with_tokens() -> None:
    usage = {"prompt_tokens": 11, "completion_tokens": 7}
    system = answering(reply("Haven closed in 2021. It had few staff.", usage=usage))
    said = system.ask(CASE)
    assert said.status == "answered"
    assert said.claims == (SaidClaim("Haven closed in 2021."), SaidClaim("It had few staff."))
    assert (said.input_tokens, said.output_tokens) == (11, 7)
    assert said.receipt["model"] == "m-1"
    assert said.seconds is not None


@pytest.mark.parametrize("place", ["body", "message", "context"])
def test_listed_citations_are_matched_to_sources_and_markers(place: str) -> None:
    citations = [
        {"title": "Haven", "content": "Haven closed in 2021."},
        "https://example.org/s2",
        {"document": {"title": "Twin"}},
    ]
    body = reply("It closed in 2021 [1]. Nobody knows why. [2][9]")
    match place:
        case "body":
            body["citations"] = citations
        case "message":
            body["choices"][0]["message"]["citations"] = citations
        case _:
            body["choices"][0]["message"]["context"] = {"citations": citations}
    said = answering(body).ask(CASE)
    # "Twin" is the title of two sources, so it names neither.
    assert [(c.n, c.source, c.quote) for c in said.citations] == [
        (1, "s1", "Haven closed in 2021."),
        (2, "s2", ""),
        (3, None, ""),
    ]
    assert said.claims == (
        SaidClaim("It closed in 2021.", (1,)),
        SaidClaim("Nobody knows why.", (2,)),
    )


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("One [1, 2]. Two.", [("One.", (1, 2)), ("Two.", ())]),
        ("One. [1] Two. [2]", [("One.", (1,)), ("Two.", (2,))]),
        ("- One [doc1]\n- Two\n  [2]", [("One", (1,)), ("Two", (2,))]),
        ("# Head\n1. One【1】.", [("Head", ()), ("One.", (1,))]),
        ("The U.S. bought 3.5 of it [1].", [("The U.S. bought 3.5 of it.", (1,))]),
        ("Array[7] is kept? No: markers of nothing go.", None),
    ],
)
def test_sentences_keep_their_own_markers(
    text: str, claims: list[tuple[str, tuple[int, ...]]] | None
) -> None:
    found = [(claim.text, claim.citations) for claim in claims_of(text, known=(1, 2))]
    if claims is None:
        assert all(not cited for _, cited in found)
    else:
        assert found == claims


@pytest.mark.parametrize(
    "text",
    [
        "I don't know.",
        "I do not have specific information on that.",
        "I’m sorry, but I cannot answer that from the documents. Try the archive.",
        "The provided context does not mention a price.",
        "The sources do not say.",
        "There is no information about the price in the text.",
        "No relevant documents were found.",
        "I am unable to answer this question.",
        "The price is not mentioned in the provided documents.",
        "This cannot be determined.",
        "There is not enough information to say.",
    ],
)
def test_refusals_are_told_by_their_words(text: str) -> None:
    said = answering(reply(text)).ask(CASE)
    assert said.abstained
    assert said.claims == ()
    assert said.message == text


@pytest.mark.parametrize(
    "text",
    [
        "Haven closed in 2021.",
        "CVS did not say why. It closed in 2021.",
        "The deal was no surprise.",
        "Apple does not make enterprise software, so it partnered with IBM.",
        "Walgreens fears Amazon. I do not know more.",
        "The filing required no additional documents.",
    ],
)
def test_answers_that_deny_something_are_no_refusals(text: str) -> None:
    assert answering(reply(text)).ask(CASE).status == "answered"


def test_a_refusal_that_goes_on_answers_in_part() -> None:
    no = "I do not have information on the price."
    assert status_of([no, "But.", "It.", "Closed."], cites=False) == "partial"
    assert status_of([no, "It closed."], cites=True) == "partial"
    assert status_of([no, "It closed."], cites=False) == "abstained"


def test_a_refusal_field_is_a_refusal() -> None:
    body = {"choices": [{"message": {"content": None, "refusal": "That I must not say."}}]}
    said = answering(body).ask(CASE)
    assert said.abstained
    assert said.message == "That I must not say."


@pytest.mark.parametrize("body", [{}, {"choices": []}, {"choices": [{}]}, [], "text"])
def test_a_body_of_another_shape_is_no_answer(body: Any) -> None:
    with pytest.raises(NoAnswerError, match="sent"):
        answering(body).ask(CASE)


def test_an_empty_reply_is_no_answer() -> None:
    with pytest.raises(NoAnswerError, match="sent an empty reply"):
        answering(reply("  ")).ask(CASE)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_server_says_when_to_come_back(status: int) -> None:
    system = answering({"error": {"message": "slow down"}}, status, **{"Retry-After": "7"})
    with pytest.raises(BusyError, match=f"127.0.0.1 answered {status}: slow down") as info:
        system.ask(CASE)
    assert info.value.retry_after_s == 7


@pytest.mark.parametrize("status", [401, 403, 404, 405])
def test_a_server_that_turns_everyone_away_cannot_be_asked(status: int) -> None:
    with pytest.raises(SystemUnusableError, match=rf"answered {status}: bad key \(POST /v1/chat"):
        answering({"error": {"message": "bad key"}}, status).ask(CASE)


@pytest.mark.parametrize("status", [400, 422, 500])
def test_other_failures_are_the_cases_own(status: int) -> None:
    with pytest.raises(NoAnswerError, match=f"answered {status}: too long"):
        answering({"detail": "too long"}, status).ask(CASE)


def test_a_lost_connection_may_come_back() -> None:
    def lost(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("Connection refused")

    with pytest.raises(BusyError, match=r"127\.0\.0\.1 did not answer: Connection refused\."):
        opened(lost).ask(CASE)


def test_an_address_where_nobody_is_cannot_be_opened() -> None:
    def nobody(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("Connection refused")

    with pytest.raises(SystemUnusableError, match="does not answer: Connection refused"):
        OpenAiOverHttp.opened(
            "http://h:1", DATASET, model="m", timeout_s=1, transport=httpx.MockTransport(nobody)
        )
    with pytest.raises(SystemUnusableError, match=r"'host:8000/v1' is not an address"):
        OpenAiOverHttp.opened("host:8000", DATASET, model="m", timeout_s=1)


def test_retry_after_is_a_number_a_date_or_nothing() -> None:
    now = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
    assert retry_after("12") == 12
    assert retry_after("Sun, 22 Nov 2026 12:01:30 GMT", now=now) == 90
    assert retry_after("Sun, 22 Nov 2026 11:00:00 GMT", now=now) == 0
    assert retry_after("soon") is None
    assert retry_after(None) is None
