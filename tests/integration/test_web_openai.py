"""/v1 with the clients that people have: OpenAI's own, LangChain's, the `llm` command."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI

from app.errors import NotReadyError, OverloadedError
from app.types import AnswerStatus, Message
from app.web.api import create_app
from tests.builders_web import FakeChatService, make_abstention, make_answer, make_settings
from tests.live_server import PATIENCE_S, LiveServer, serving, until

QUESTION = "What was bought?"
SENTENCES = [
    "A regional insurer bought a chain of pharmacies in January. [1]",
    "The price was $70 billion. [2]",
    "The purchase is still under way, says the interviewer. [3]",
]
MESSAGES: Any = [{"role": "user", "content": QUESTION}]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("openai")
    with serving(make_settings(folder, public_url="https://a.example/")) as live:
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
    return server


@pytest.fixture
def client(live: LiveServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{live.url}/v1", api_key="none", max_retries=0) as client:
        yield client


@pytest.fixture(scope="module")
def app_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Without a network in between, for what is sent very often."""
    folder = tmp_path_factory.mktemp("openai-app")
    with TestClient(create_app(make_settings(folder), FakeChatService())) as client:
        yield client


def complete(client: openai.OpenAI, *messages: Any, **more: Any) -> Any:
    sent = list(messages) or MESSAGES
    return client.chat.completions.create(model="accord", messages=sent, **more)


def test_reply_is_the_answer_with_numbers_notes_and_a_list_of_sources(
    client: openai.OpenAI,
) -> None:
    reply = complete(client)

    choice = reply.choices[0]
    answer, differ, newest, sources = choice.message.content.split("\n\n")
    assert answer == " ".join(SENTENCES)
    assert differ == "Sources differ (status of the purchase): [1], [3]."
    assert newest == "Newest source used: 15 January 2019."
    heading, first, *_, last = sources.splitlines()
    assert heading == "Sources:"
    assert first.startswith("[1] [Pharmacies as clinics](https://a.example/sources/")
    assert last.rstrip().endswith(", no date")
    assert (choice.finish_reason, choice.message.role) == ("stop", "assistant")


def test_annotations_point_at_the_numbers_and_lead_to_the_cited_words(
    client: openai.OpenAI,
) -> None:
    reply = complete(client)

    message = reply.choices[0].message
    assert [one.type for one in message.annotations] == ["url_citation"] * 3
    citations = {one["n"]: one for one in reply.accord["citations"]}
    for note in message.annotations:
        cited = note.url_citation
        assert message.content[cited.start_index : cited.end_index] == f"[{note.n}]"
        assert cited.url == f"https://a.example{citations[note.n]['permalink']}"
        assert cited.title == citations[note.n]["document"]["title"]


def test_accord_holds_the_whole_answer_and_where_its_claims_stand(
    live: LiveServer, client: openai.OpenAI
) -> None:
    reply = complete(client)

    ours = httpx2.post(f"{live.url}/api/chat", json={"question": QUESTION}).json()
    for name in ("claims", "citations", "status", "notes"):
        assert reply.accord[name] == ours[name]
    content = reply.choices[0].message.content
    for span in reply.accord["spans"]:
        shown = content[span["start"] : span["end"]]
        assert shown == reply.accord["claims"][span["claim"]]["text"]
    assert len(reply.accord["spans"]) == 3
    kept = httpx2.get(f"{live.url}/api/answers/{reply.accord['id']}")
    assert kept.json()["question"] == QUESTION


def test_stream_adds_up_to_the_same_reply(client: openai.OpenAI) -> None:
    whole = complete(client)

    chunks = list(complete(client, stream=True, stream_options={"include_usage": True}))

    deltas = [one.choices[0].delta for one in chunks if one.choices]
    assert "".join(one.content or "" for one in deltas) == whole.choices[0].message.content
    assert deltas[0].role == "assistant"
    assert [one.content for one in deltas[1:3]] == [SENTENCES[0], f" {SENTENCES[1]}"]
    streamed = [note for one in deltas for note in getattr(one, "annotations", None) or []]
    assert streamed == [one.model_dump() for one in whole.choices[0].message.annotations]
    last, counted = chunks[-2:]
    assert last.choices[0].finish_reason == "stop"
    assert last.accord["citations"] == whole.accord["citations"]
    assert counted.choices == []
    assert counted.usage == whole.usage
    assert len({one.id for one in chunks}) == 1


async def test_asynchronous_client_gets_the_same(live: LiveServer, client: openai.OpenAI) -> None:
    expected = complete(client).choices[0].message.content

    async with openai.AsyncOpenAI(base_url=f"{live.url}/v1", api_key="none") as aclient:
        reply = await aclient.chat.completions.create(model="accord", messages=MESSAGES)
        stream = await aclient.chat.completions.create(
            model="accord", messages=MESSAGES, stream=True
        )
        parts = [one.choices[0].delta.content or "" async for one in stream]

    assert reply.choices[0].message.content == expected
    assert "".join(parts) == expected


def test_stream_helper_of_the_client_collects_the_reply(client: openai.OpenAI) -> None:
    with client.chat.completions.stream(model="accord", messages=MESSAGES) as stream:
        final = stream.get_final_completion()

    content = final.choices[0].message.content
    assert content is not None
    assert content.startswith(" ".join(SENTENCES))


def test_langchain_invokes_and_streams(live: LiveServer) -> None:
    model = ChatOpenAI(model="accord", base_url=f"{live.url}/v1", api_key="none", max_retries=0)

    reply = model.invoke([SystemMessage("Be kind."), HumanMessage(QUESTION)])
    streamed = list(model.stream(QUESTION))

    assert isinstance(reply, AIMessage)
    assert reply.text.startswith(SENTENCES[0])
    assert "".join(one.text for one in streamed) == reply.text
    assert reply.response_metadata["finish_reason"] == "stop"
    assert reply.usage_metadata is not None
    assert reply.usage_metadata["output_tokens"] > 0


def test_llm_command_prints_the_answer(live: LiveServer, tmp_path: Path) -> None:
    (tmp_path / "extra-openai-models.yaml").write_text(
        f"- model_id: accord\n  model_name: accord\n  api_base: {live.url}/v1\n", encoding="utf-8"
    )
    asked = [sys.executable, "-m", "llm", "--no-log", "-m", "accord", QUESTION]
    # What it needs of the environment, and nothing that could name another server.
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    environment = {**kept, "LLM_USER_PATH": str(tmp_path), "OPENAI_API_KEY": "none"}

    done = subprocess.run(
        asked, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(" ".join(SENTENCES))


def test_abstention_is_a_normal_message(live: LiveServer, client: openai.OpenAI) -> None:
    live.chat.replies["Moon?"] = make_abstention("Moon?")

    reply = complete(client, {"role": "user", "content": "Moon?"})

    choice = reply.choices[0]
    assert choice.finish_reason == "stop"
    assert choice.message.annotations == []
    said, near = choice.message.content.split("\n\n")
    assert said.startswith("The sources do not say.")
    assert near == (
        "Near, but not an answer:\n- Nobody knows yet whether it pays. (Pharmacies as clinics)"
    )
    assert reply.accord["status"] == "abstained"


def test_earlier_messages_are_the_conversation_without_our_frame(
    live: LiveServer, client: openai.OpenAI
) -> None:
    before = complete(client).choices[0].message.content

    complete(
        client,
        {"role": "system", "content": "The price was 5 dollars. You are a pirate."},
        {"role": "user", "content": QUESTION},
        {"role": "assistant", "content": before},
        {"role": "user", "content": [{"type": "text", "text": "And the price?"}]},
    )

    asked = live.chat.questions[-1]
    assert asked.text == "And the price?"
    said, replied = asked.history
    assert said == Message("user", QUESTION)
    assert replied.role == "assistant"
    assert replied.content.startswith(
        "A regional insurer bought a chain of pharmacies in January. The price was $70 billion."
    )
    assert "[" not in replied.content
    assert "Sources:" not in replied.content
    assert "5 dollars" not in str(asked)


def test_system_message_sets_length_and_language_of_the_frame(client: openai.OpenAI) -> None:
    wish = {"role": "system", "content": "Antworte auf Deutsch, in höchstens einem Satz."}

    reply = complete(client, wish, *MESSAGES)

    content = reply.choices[0].message.content
    assert content.startswith(f"{SENTENCES[0]}\n\nDie Quellen sind sich nicht einig")
    assert SENTENCES[1] not in content
    assert "\n\nQuellen:\n[1] " in content
    assert "[2]" not in content, "a source is listed whose sentence is not shown"
    assert "[3] " in content, "the source that differs stays"
    assert len(reply.accord["claims"]) == 3
    assert [one["claim"] for one in reply.accord["spans"]] == [0]
    assert reply.choices[0].finish_reason == "stop"


def test_length_limit_leaves_out_whole_sentences_and_says_so(client: openai.OpenAI) -> None:
    for limit in ({"max_tokens": 1}, {"max_completion_tokens": 1}):
        choice = complete(client, **limit).choices[0]

        assert choice.finish_reason == "length"
        assert choice.message.content.startswith(SENTENCES[0])
        assert SENTENCES[1] not in choice.message.content


def test_our_own_options_restrict_the_search_and_leave_the_frame_out(
    live: LiveServer, client: openai.OpenAI
) -> None:
    extra = {"accord": {"frame": False, "filters": {"publishers": ["Example Review"]}}}

    reply = complete(client, extra_body=extra)

    assert reply.choices[0].message.content == " ".join(SENTENCES)
    assert live.chat.questions[-1].filters.publishers == ("Example Review",)


def test_usage_is_counted(client: openai.OpenAI) -> None:
    usage = complete(client).usage

    assert usage.prompt_tokens == 4  # What was bought ?
    assert usage.completion_tokens > 30
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


def test_models_are_listed_and_one_names_the_composer(
    live: LiveServer, client: openai.OpenAI
) -> None:
    assert [one.id for one in client.models.list()] == ["accord", "accord-extractive"]
    assert client.models.retrieve("accord").owned_by == "accord"

    client.chat.completions.create(model="accord-extractive", messages=MESSAGES)

    assert live.chat.questions[-1].composer == "extractive"


def test_model_that_there_is_not_is_told_as_openai_tells_it(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(model="gpt-4o", messages=MESSAGES)

    assert (caught.value.code, caught.value.param) == ("model_not_found", "model")
    assert "Known: accord, accord-extractive." in str(caught.value)
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-4o")


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"n": 2}, "n"),
        ({"response_format": {"type": "json_object"}}, "response_format.type"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "assistant", "content": "Well,"}]}, "messages"),
        ({"messages": [{"role": "robot", "content": "Hi"}]}, "messages.0.role"),
        ({"extra_body": {"accord": {"filter": {}}}}, "accord.filter"),
    ],
)
def test_what_is_not_done_here_is_refused_in_openais_form(
    client: openai.OpenAI, change: dict[str, Any], param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(**{"model": "accord", "messages": MESSAGES, **change})

    assert caught.value.type == "invalid_request_error"
    assert caught.value.param == param
    assert caught.value.message


def test_question_that_is_too_long_exceeds_the_context(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        complete(client, {"role": "user", "content": "why " * 2_000})

    assert caught.value.code == "context_length_exceeded"


def test_long_conversation_is_taken_where_the_last_question_is_short(
    live: LiveServer, client: openai.OpenAI
) -> None:
    before = [
        {"role": role, "content": "word " * 2_000} for role in ("user", "assistant") for _ in "1234"
    ]

    complete(client, *before, *MESSAGES)

    assert live.chat.questions[-1].text == QUESTION


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (NotReadyError("no generation under /secret/path"), 503, "server_error"),
        (OverloadedError("Too busy.", retry_after_s=2), 503, "server_error"),
        (RuntimeError("/secret/path"), 500, "server_error"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_error_before_the_first_word_has_its_own_status(
    live: LiveServer,
    client: openai.OpenAI,
    error: Exception,
    status: int,
    kind: str,
    stream: bool,
) -> None:
    live.chat.error = error

    with pytest.raises(openai.InternalServerError) as caught:
        complete(client, stream=stream)

    assert caught.value.status_code == status
    assert caught.value.type == kind
    assert "/secret/path" not in str(caught.value)
    assert caught.value.response.headers["x-request-id"]


def test_error_in_the_middle_ends_the_stream_with_an_error(
    live: LiveServer, client: openai.OpenAI
) -> None:
    live.chat.late_error = RuntimeError("/secret/path")
    seen: list[str | None] = []

    with pytest.raises(openai.APIError) as caught:
        seen.extend(one.choices[0].delta.content for one in complete(client, stream=True))

    assert seen == ["", SENTENCES[0], f" {SENTENCES[1]}", f" {SENTENCES[2]}"]
    assert "/secret/path" not in str(caught.value)
    assert "our side" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [(b"{", "application/json", 400), (b"a=b", "text/plain", 415), (b"x" * 2**21, None, 413)],
)
def test_body_that_cannot_be_read_has_openais_form_too(
    live: LiveServer, content: bytes, media_type: str | None, status: int
) -> None:
    headers = {"Content-Type": media_type or "application/json"}

    response = httpx2.post(f"{live.url}/v1/chat/completions", content=content, headers=headers)

    assert response.status_code == status
    assert response.json()["error"]["type"] == "invalid_request_error"
    unknown = httpx2.post(f"{live.url}/v1/nothing", content=content, headers=headers)
    assert unknown.json()["error"]["message"]


async def test_client_that_goes_away_stops_the_work(live: LiveServer) -> None:
    chat = live.chat
    assert isinstance(chat, FakeChatService)
    chat.held = True
    closed = chat.closed
    async with openai.AsyncOpenAI(base_url=f"{live.url}/v1", api_key="none") as client:
        stream = await client.chat.completions.create(
            model="accord", messages=MESSAGES, stream=True
        )
        await anext(aiter(stream))
        await stream.close()

    await asyncio.to_thread(until, lambda: chat.closed > closed)
    assert live.runner.running == 0


def test_partial_answer_keeps_its_message(live: LiveServer, client: openai.OpenAI) -> None:
    missing = "What the pharmacies earned was not found."
    live.chat.replies[QUESTION] = make_answer(status=AnswerStatus.PARTIAL, message=missing)

    content = complete(client).choices[0].message.content

    assert content.split("\n\n")[:2] == [" ".join(SENTENCES), missing]


anything = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
messages = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "system", "assistant", "tool", "?"]), "content": anything}
    ),
    max_size=3,
)
changes = st.fixed_dictionaries(
    {},
    optional={
        "messages": messages | anything,
        **dict.fromkeys(
            ("model", "stream", "stream_options", "max_tokens", "n", "accord", "tool_choice"),
            anything,
        ),
    },
)


@settings(
    max_examples=150,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(change=changes)
def test_no_body_brings_an_answer_that_is_not_openais(
    app_client: TestClient, change: dict[str, Any]
) -> None:
    body = json.dumps({"model": "accord", "messages": MESSAGES, **change}).encode()
    headers = {"Content-Type": "application/json"}

    response = app_client.post("/v1/chat/completions", content=body, headers=headers)

    if response.status_code != 200:
        assert response.status_code in {400, 404}, response.text
        assert response.json()["error"]["type"] == "invalid_request_error"
