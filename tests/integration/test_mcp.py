"""MCP with the client of its own library: in memory and over HTTP, in both eras of the protocol."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

from app.access.scopes import Access, Scope
from app.errors import NotReadyError
from app.mcp.port import LocalPort
from app.mcp.server import build_server
from app.running import Runner
from app.types import Message
from tests.builders_web import FakeChatService, make_abstention, make_settings
from tests.live_server import PATIENCE_S, LiveServer, serving, until

QUESTION = "What was bought?"
LEGACY, MODERN = "legacy", "auto"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with serving(make_settings(tmp_path_factory.mktemp("mcp"))) as live:
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


@asynccontextmanager
async def in_memory(
    chat: FakeChatService, mode: str = MODERN, access: Access | None = None
) -> AsyncIterator[Client]:
    runner = Runner(running=2, queued=0, max_wait_s=1, timeout_s=PATIENCE_S)
    port = LocalPort(chat, runner, None, 4_000, *([] if access is None else [access]))
    async with Client(build_server(lambda _: port, version="1"), mode=mode) as client:
        yield client
    runner.close()


Connect = Callable[[], AbstractAsyncContextManager[Client]]
"""To be entered and left in the test itself: the client's task groups stay on one task."""


@pytest.fixture(params=["memory", "http", "memory, legacy", "http, legacy"])
def everywhere(request: pytest.FixtureRequest, live: LiveServer) -> Connect:
    """Each transport in each era."""
    transport, _, era = request.param.partition(", ")
    chat = live.chat
    assert isinstance(chat, FakeChatService)
    if transport == "memory":
        return lambda: in_memory(chat, era or MODERN)
    return lambda: Client(f"{live.url}/mcp", mode=era or MODERN)


@pytest.fixture
def connect(live: LiveServer) -> Connect:
    """The one that costs least: tools are the same on all."""
    chat = live.chat
    assert isinstance(chat, FakeChatService)
    return lambda: in_memory(chat)


def text_of(result: Any) -> str:
    (content,) = result.content
    assert content.type == "text"
    return str(content.text)


async def test_server_says_who_it_is_and_what_it_does(everywhere: Connect) -> None:
    async with everywhere() as client:
        tools = {one.name: one for one in (await client.list_tools()).tools}

        assert client.server_info is not None
        assert client.server_info.name == "accord"
        assert "keep the numbers" in (client.instructions or "")
        assert list(tools) == ["ask", "search", "read_source", "list_sources"]
        for tool in tools.values():
            assert tool.description
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint
            assert tool.output_schema is not None
            for name, field in tool.input_schema["properties"].items():
                assert field.get("description") or "default" in field, f"{tool.name}.{name}"


async def test_answer_has_numbers_in_the_text_and_citations_in_the_structure(
    everywhere: Connect, live: LiveServer
) -> None:
    async with everywhere() as client:
        result = await client.call_tool("ask", {"question": QUESTION})

        assert not result.is_error
        ours = httpx2.post(f"{live.url}/api/chat", json={"question": QUESTION}).json()
        for name in ("claims", "citations", "status", "notes", "near_misses"):
            assert result.structured_content[name] == ours[name]
        answer, differ, sources = text_of(result).split("\n\n")
        assert answer.splitlines()[1] == "The price was $70 billion. [2]"
        assert differ == "Sources differ on the status of the purchase: [1] and [3]."
        first = ours["citations"][0]
        place = f"source {first['document']['id']}, {first['start']}-{first['end']}"
        assert place in sources.splitlines()[1]


async def test_abstention_is_a_result_and_no_error(connect: Connect, live: LiveServer) -> None:
    async with connect() as client:
        live.chat.replies["Moon?"] = make_abstention("Moon?")

        result = await client.call_tool("ask", {"question": "Moon?"})

        assert not result.is_error
        assert result.structured_content["status"] == "abstained"
        assert text_of(result).startswith("The sources do not say.")
        assert "Near, but not an answer:" in text_of(result)


async def test_conversation_and_filters_reach_the_service(
    connect: Connect, live: LiveServer
) -> None:
    async with connect() as client:
        await client.call_tool(
            "ask",
            {
                "question": "And the price?",
                "history": [{"role": "user", "content": QUESTION}],
                "filters": {"publishers": ["Example Review"]},
            },
        )

        asked = live.chat.questions[-1]
        assert asked.history == (Message("user", QUESTION),)
        assert asked.filters.publishers == ("Example Review",)


async def test_search_gives_passages_with_their_places(connect: Connect, live: LiveServer) -> None:
    async with connect() as client:
        result = await client.call_tool("search", {"query": "price", "limit": 1})

        (passage,) = result.structured_content["passages"]
        document = live.chat.document(passage["document"]["id"])
        assert document is not None
        assert document.text[passage["start"] : passage["end"]] == passage["text"]
        assert passage["text"] in text_of(result)
        nothing = await client.call_tool("search", {"query": "zebra"})
        assert text_of(nothing) == "Nothing was found."


async def test_cited_place_is_read_with_its_context(connect: Connect, live: LiveServer) -> None:
    async with connect() as client:
        cited = (await client.call_tool("ask", {"question": QUESTION})).structured_content[
            "citations"
        ]
        place = cited[1]

        result = await client.call_tool(
            "read_source",
            {
                "source_id": place["document"]["id"],
                "version": place["version"][:12],
                "start": place["start"],
                "end": place["end"],
                "context": 10,
            },
        )

        excerpt = result.structured_content
        assert excerpt["quote"] == place["quote"]
        assert (excerpt["start"], excerpt["end"]) == (place["start"] - 10, place["end"] + 10)
        document = live.chat.document(place["document"]["id"])
        assert document is not None
        assert document.text[excerpt["start"] : excerpt["end"]] == excerpt["text"]
        assert f"Asked for: “{place['quote']}”" in text_of(result)


async def test_source_is_read_to_its_end(connect: Connect, live: LiveServer) -> None:
    async with connect() as client:
        document = live.chat.documents[0]

        result = await client.call_tool("read_source", {"source_id": document.id, "start": 100})

        assert result.structured_content["text"] == document.text[100:]
        assert result.structured_content["next_start"] is None


async def test_sources_are_listed_and_are_resources(everywhere: Connect, live: LiveServer) -> None:
    async with everywhere() as client:
        listed = await client.call_tool("list_sources", {"words": "pharmacies"})
        resources = (await client.list_resources()).resources
        templates = (await client.list_resource_templates()).resource_templates

        document = live.chat.documents[0]
        assert [one["id"] for one in listed.structured_content["sources"]] == [document.id]
        assert listed.structured_content["total"] == 2
        assert resources[0].uri == f"accord://sources/{document.id}"
        assert resources[0].title == "Pharmacies as clinics"
        assert [one.uri_template for one in templates] == ["accord://sources/{source_id}"]
        (content,) = (await client.read_resource(resources[0].uri)).contents
        assert content.text == document.text


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("ask", {"question": "  "}, "The question is empty."),
        ("ask", {"question": "why " * 2_000}, "at most 4,000 are read"),
        ("ask", {}, "question"),
        ("read_source", {"source_id": "0" * 16}, "There is no such source."),
        ("read_source", {"source_id": "../etc"}, "There is no such source."),
        ("read_source", {"source_id": "f1391cf00622a161", "start": 10_000}, "nothing stands at"),
        ("read_source", {"source_id": "f1391cf00622a161", "start": 9, "end": 9}, "above start"),
        ("search", {"query": "x", "limit": 0}, "limit"),
        ("no_such_tool", {}, "Unknown tool"),
    ],
)
async def test_what_cannot_be_done_is_an_error_that_says_why(
    connect: Connect, tool: str, arguments: dict[str, Any], said: str
) -> None:
    async with connect() as client:
        result = await client.call_tool(tool, arguments)

        assert result.is_error
        assert said in text_of(result)


async def test_resource_that_there_is_not_is_an_error(everywhere: Connect) -> None:
    async with everywhere() as client:
        with pytest.raises(MCPError, match="There is no such source"):
            await client.read_resource("accord://sources/0000000000000000")


@pytest.mark.parametrize("error", [NotReadyError("/secret/path"), RuntimeError("/secret/path")])
async def test_error_inside_tells_nothing_of_the_inside(
    everywhere: Connect, live: LiveServer, error: Exception
) -> None:
    async with everywhere() as client:
        live.chat.error = error

        result = await client.call_tool("ask", {"question": QUESTION})

        assert result.is_error
        assert "/secret/path" not in text_of(result)


async def test_cancelled_call_stops_the_work(
    everywhere: Connect, live: LiveServer, request: pytest.FixtureRequest
) -> None:
    chat = live.chat
    assert isinstance(chat, FakeChatService)
    chat.held = True
    closed = chat.closed
    async with everywhere() as client:
        calling = asyncio.create_task(client.call_tool("ask", {"question": QUESTION}))
        assert await asyncio.to_thread(chat.reached.acquire, timeout=PATIENCE_S)

        calling.cancel()

        with pytest.raises(asyncio.CancelledError):
            await calling
        if request.node.callspec.params["everywhere"] != "http, legacy":
            await asyncio.to_thread(until, lambda: chat.closed > closed)
    # Of a request without a session, in the older era, only the end of its connection is seen.
    await asyncio.to_thread(until, lambda: chat.closed > closed)
    chat.held = False
    async with everywhere() as client:
        assert not (await client.call_tool("ask", {"question": QUESTION})).is_error


@pytest.mark.parametrize(
    ("scope", "opened"), [(Scope.ASK, {"ask"}), (Scope.SOURCES, {"search", "list_sources"})]
)
async def test_token_opens_only_the_tools_of_its_scopes(scope: Scope, opened: set[str]) -> None:
    calls: dict[str, dict[str, Any]] = {
        "ask": {"question": QUESTION},
        "search": {"query": "price"},
        "list_sources": {},
    }
    async with in_memory(FakeChatService(), access=Access(frozenset({scope}))) as client:
        for tool, arguments in calls.items():
            if tool in opened:
                assert not (await client.call_tool(tool, arguments)).is_error
            else:
                with pytest.raises(MCPError, match="does not open"):
                    await client.call_tool(tool, arguments)
        if scope is not Scope.SOURCES:
            with pytest.raises(MCPError, match="does not open"):
                await client.list_resources()


async def test_answer_over_http_is_kept_as_that_of_a_program(live: LiveServer) -> None:
    async with Client(f"{live.url}/mcp") as client:
        body = (await client.call_tool("ask", {"question": QUESTION})).structured_content

    kept = httpx2.get(f"{live.url}/api/conversations/{body['conversation_id']}").json()
    assert kept["answers"][0]["id"] == body["id"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Origin": "https://evil.example"}, 403), ({"Host": "evil.example"}, 421)],
)
def test_page_of_another_name_may_not_speak(
    live: LiveServer, headers: dict[str, str], status: int
) -> None:
    message = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    accept = {"Accept": "application/json, text/event-stream"}

    response = httpx2.post(f"{live.url}/mcp", json=message, headers={**accept, **headers})

    assert response.status_code == status


def test_requests_are_limited(tmp_path: Path) -> None:
    with serving(make_settings(tmp_path, requests_per_minute=1)) as live:
        message = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        statuses = [httpx2.post(f"{live.url}/mcp", json=message).status_code for _ in range(2)]

    assert statuses[1] == 429


def test_without_the_library_the_address_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "mcp.server.transport_security", None)
    with serving(make_settings(tmp_path)) as live:
        response = httpx2.post(f"{live.url}/mcp", json={})

        assert response.status_code == 501
        assert "pip install 'accord[mcp]'" in response.json()["detail"]
        assert httpx2.get(f"{live.url}/healthz").status_code == 200
