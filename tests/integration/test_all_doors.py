"""One contract for every door: the same question has the same answer and the same citations."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest
import typer
from mcp import Client
from typer.testing import CliRunner

import app.bootstrap
from app.answering.service import ChatService
from app.bootstrap import build_chat_service
from app.cli import EXIT_CODE_ABSTAINED
from app.client import Accord, Answer, AsyncAccord
from app.commands.ask import ask
from app.types import AnswerStatus, Question
from app.web.schemas.answers import AnswerBody
from tests.builders_web import make_settings
from tests.fake_slack import BOT_USER, FakeSlack
from tests.live_server import LiveServer, serving
from tests.sample_library import borrow
from tests.slack_rules import live_parts
from tests.slack_server import PUBLIC_URL, serving_slack

pytestmark = [pytest.mark.model]

QUESTIONS = {
    "answered": "Which airlines founded Star Alliance?",
    "abstained": "What is the airspeed of an unladen swallow?",
}


@dataclass(frozen=True)
class Said:
    """What must not differ."""

    status: str
    claims: tuple[tuple[str, tuple[int, ...]], ...]
    citations: tuple[tuple[int, str, str, int, int, str], ...]
    message: str | None

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Said:
        return cls(
            status=body["status"],
            claims=tuple((one["text"], tuple(one["citations"])) for one in body["claims"]),
            citations=tuple(
                (c["n"], c["document"]["id"], c["version"], c["start"], c["end"], c["quote"])
                for c in body["citations"]
            ),
            message=body["message"],
        )

    @property
    def sentences(self) -> list[str]:
        """Each with its numbers, as every door writes them."""
        if not self.claims:
            return [self.message or ""]
        return [f"{text} {''.join(f'[{n}]' for n in numbers)}" for text, numbers in self.claims]


@pytest.fixture(scope="module")
def library(sample_library: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return borrow(sample_library[1], tmp_path_factory.mktemp("doors"))


@pytest.fixture(scope="module")
def service(library: Path) -> Iterator[ChatService]:
    service = build_chat_service(make_settings(library), watch=False)
    yield service
    service.close()


@pytest.fixture(scope="module")
def live(service: ChatService, library: Path) -> Iterator[LiveServer]:
    with serving(make_settings(library, public_url=PUBLIC_URL), service) as live:
        yield live


@pytest.fixture(params=QUESTIONS.values(), ids=QUESTIONS.keys())
def question(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def expected(service: ChatService, question: str) -> Said:
    return Said.of(AnswerBody.of(service.answer(Question(question)), None).model_dump(mode="json"))


async def over_json(live: LiveServer, question: str) -> Said:
    return Said.of(httpx2.post(f"{live.url}/api/chat", json={"question": question}).json())


async def over_sse(live: LiveServer, question: str) -> Said:
    """The sentences as they came, which must be those of the answer at the end."""
    accept = {"Accept": "text/event-stream"}
    text = httpx2.post(f"{live.url}/api/chat", json={"question": question}, headers=accept).text
    events = [block.split("\n") for block in text.split("\n\n") if block.startswith("event: ")]
    told = [
        (name.removeprefix("event: "), json.loads(data.removeprefix("data: ")))
        for name, data in events
    ]
    (whole,) = (data for name, data in told if name == "answer")
    claims = [data["claim"] for name, data in told if name == "claim"]
    citations = [one for name, data in told if name == "claim" for one in data["citations"]]
    return Said.of({**whole, "claims": claims, "citations": citations})


async def over_v1(live: LiveServer, question: str) -> Said:
    with openai.OpenAI(base_url=f"{live.url}/v1", api_key="none") as client:
        reply: Any = client.chat.completions.create(
            model="accord", messages=[{"role": "user", "content": question}]
        )
    message, said = reply.choices[0].message, Said.of(reply.accord)
    assert message.content.startswith(" ".join(said.sentences))
    links = {note.n: note.url_citation.url for note in message.annotations}
    permalinks = {c["n"]: f"{PUBLIC_URL}{c['permalink']}" for c in reply.accord["citations"]}
    assert links == permalinks
    return said


async def over_v1_stream(live: LiveServer, question: str) -> Said:
    async with openai.AsyncOpenAI(base_url=f"{live.url}/v1", api_key="none") as client:
        stream: Any = await client.chat.completions.create(
            model="accord", messages=[{"role": "user", "content": question}], stream=True
        )
        chunks = [one async for one in stream]
    said = Said.of(chunks[-1].accord)
    content = "".join(one.choices[0].delta.content or "" for one in chunks)
    assert content.startswith(" ".join(said.sentences))
    return said


async def over_mcp(live: LiveServer, question: str) -> Said:
    async with Client(f"{live.url}/mcp") as client:
        result: Any = await client.call_tool("ask", {"question": question})
    said = Said.of(result.structured_content)
    assert result.content[0].text.startswith("\n".join(said.sentences))
    return said


async def over_client(live: LiveServer, question: str) -> Said:
    with Accord(live.url) as accord:
        answer = accord.ask(question)
    assert answer.text == "\n".join(Said.of(answer.model_dump()).sentences)
    return Said.of(answer.model_dump())


async def over_asynchronous_client(live: LiveServer, question: str) -> Said:
    async with AsyncAccord(live.url) as accord:
        *_, last = [event async for event in accord.stream(question)]
    assert isinstance(last, Answer)
    return Said.of(last.model_dump())


Door = Callable[[LiveServer, str], Awaitable[Said]]
DOORS: list[Door] = [
    over_json,
    over_sse,
    over_v1,
    over_v1_stream,
    over_mcp,
    over_client,
    over_asynchronous_client,
]


@pytest.mark.parametrize("door", DOORS, ids=lambda one: one.__name__)
async def test_answer_is_the_same_through_every_door_of_the_server(
    live: LiveServer, question: str, expected: Said, door: Door
) -> None:
    assert await door(live, question) == expected


def test_answer_is_the_same_on_the_command_line(
    library: Path,
    service: ChatService,
    question: str,
    expected: Said,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ACCORD_DATA_DIR", str(library))
    # The same library, without loading the models once more; the command closes what it opened.
    monkeypatch.setattr(app.bootstrap, "build_chat_service", lambda *_, **__: service)
    monkeypatch.setattr(service, "close", lambda: None)
    command = typer.Typer(add_completion=False)
    command.command()(ask)

    as_json = CliRunner().invoke(command, [question, "--json"])
    as_text = CliRunner().invoke(command, [question])

    assert Said.of(json.loads(as_json.stdout)) == expected
    assert as_text.stdout.startswith("\n".join(expected.sentences))
    is_refused = expected.status == AnswerStatus.ABSTAINED
    assert as_text.exit_code == (EXIT_CODE_ABSTAINED if is_refused else 0)


async def test_answer_is_the_same_in_slack(
    tmp_path: Path, service: ChatService, question: str, expected: Said
) -> None:
    async with FakeSlack(minute_s=3.0, links=(PUBLIC_URL,)).running() as slack:
        chat: Any = service
        async with serving_slack(tmp_path, slack, chat) as server:
            message = await server.ask("C1", "U1", f"<@{BOT_USER}> {question}")
            await server.idle()
        (reply,) = slack.replies("C1", message.ts)

    shown = " ".join(reply.shown.split())
    at = 0
    for text in [text for text, _ in expected.claims] or [expected.message or ""]:
        at = shown.index(" ".join(text.split()), at)
    linked = live_parts({"blocks": reply.blocks})
    for _, document, version, start, end, _ in expected.citations:
        place = f"/sources/{document}?version={version[:12]}&start={start}&end={end}"
        assert f"{PUBLIC_URL}{place}" in [link.replace("&amp;", "&") for link in linked]


def test_examples_of_the_documentation_can_be_pasted(
    live: LiveServer, repo_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (repo_root / "docs" / "doors.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```python\n(.+?)^```", text, re.DOTALL | re.MULTILINE)

    for example in examples:
        exec(example.replace("http://127.0.0.1:8000", live.url), {"__name__": "example"})
        assert "14 May 1997" in capsys.readouterr().out, example

    assert len(examples) == 4


def test_the_questions_are_answered_and_refused(service: ChatService) -> None:
    for status, question in QUESTIONS.items():
        answer = service.answer(Question(question))
        assert answer.status == status
        assert bool(answer.citations) is (status == "answered")
