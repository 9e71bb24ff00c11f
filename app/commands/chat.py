"""`accord chat`: several questions in a conversation."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import reported
from app.commands.filters import Groups, Publishers, Since, Sources, Until
from app.errors import ChatError
from vectorstore.errors import VectorStoreError

if TYPE_CHECKING:
    from app.commands.answering import Desk

PROMPT = "? "
LEAVE, NEW, LIST, HELP, AS_TYPED = "/quit", "/new", "/sources", "/help", "/as-typed"
GREETING = (
    f"Ask, and press Enter. {NEW} begins anew, {LIST} lists the sources, {AS_TYPED} QUESTION asks "
    f"in just these words, {LEAVE} leaves."
)


def chat(
    go_on: Annotated[
        bool, typer.Option("--continue", "-c", help="Go on with your last conversation.")
    ] = False,
    sources: Sources = None,
    publishers: Publishers = None,
    since: Since = None,
    until: Until = None,
    groups: Groups = None,
) -> None:
    """Ask one question after the other; each is understood with those before it."""
    from app.commands.answering import open_desk

    is_terminal = sys.stdin.isatty()
    if is_terminal:
        with suppress(ImportError):  # arrow keys recall questions; not on every system
            import readline  # noqa: F401
    with (
        reported(),
        open_desk(
            go_on=go_on,
            sources=sources,
            publishers=publishers,
            since=since,
            until=until,
            groups=groups,
        ) as desk,
    ):
        if is_terminal:
            typer.echo(GREETING)
        while (line := _next_line(PROMPT if is_terminal else "")) is not None:
            if line == LEAVE:
                break
            _answer(desk, line)


def _next_line(prompt: str) -> str | None:
    """What is typed; None where the input ends (Ctrl-D)."""
    try:
        return input(prompt).strip()
    except EOFError:
        if prompt:
            typer.echo()
        return None
    except KeyboardInterrupt:  # drops the line, as shells do
        typer.echo()
        return ""


def _answer(desk: Desk, line: str) -> None:
    command, _, rest = line.partition(" ")
    as_typed = command == AS_TYPED and bool(rest.strip())
    if line == NEW:
        desk.memory.start_again()
        typer.echo("A new conversation.")
    elif line == LIST:
        for each in desk.service.sources():
            typer.echo(f"- {each.metadata.title}")
    elif line == HELP:
        typer.echo(GREETING)
    elif line.startswith("/") and not as_typed:
        typer.echo(f"There is no command {line}. {GREETING}")
    elif line:
        try:
            desk.print_answer(rest if as_typed else line, as_typed=as_typed)
        except (ChatError, VectorStoreError) as error:  # the next question may do better
            typer.echo(str(error), err=True)
        except KeyboardInterrupt:
            typer.echo("Stopped.")
        typer.echo()
