"""`accord mcp` as an agent's host starts it: a process and two pipes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from tests.sample_library import borrow

QUESTION = "When was Star Alliance founded?"
COMMAND = [sys.executable, "-m", "app.main", "mcp"]


@pytest.mark.model
@pytest.mark.slow
async def test_agent_asks_reads_the_cited_place_and_leaves(
    sample_library: tuple[Path, Path], tmp_path: Path
) -> None:
    data_dir = borrow(sample_library[1], tmp_path / "data")
    environment = {**os.environ, "ACCORD_DATA_DIR": str(data_dir), "ACCORD_LOG_LEVEL": "debug"}
    command, *arguments = COMMAND
    server = StdioServerParameters(command=command, args=arguments, env=environment)

    with (tmp_path / "log").open("w+") as log:
        async with Client(stdio_client(server, errlog=log)) as client:
            answer = (await client.call_tool("ask", {"question": QUESTION})).structured_content
            cited = answer["citations"][0]
            place = {name: cited[name] for name in ("start", "end", "version")}
            arguments_of = {"source_id": cited["document"]["id"], **place}
            read = (await client.call_tool("read_source", arguments_of)).structured_content
            found = (await client.call_tool("search", {"query": QUESTION})).structured_content
        log.seek(0)
        logged = log.read()

    assert "14 May 1997" in answer["claims"][0]["text"]
    assert read["quote"] == cited["quote"]
    assert cited["quote"] in read["text"]
    assert cited["document"]["id"] in {one["document"]["id"] for one in found["passages"]}
    assert "Traceback" not in logged


def test_empty_library_is_told_before_an_agent_waits(tmp_path: Path) -> None:
    environment = {**os.environ, "ACCORD_DATA_DIR": str(tmp_path)}

    done = subprocess.run(
        COMMAND, env=environment, input="", capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stdout == ""
    assert "accord ingest" in done.stderr
    assert "Traceback" not in done.stderr
