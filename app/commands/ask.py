"""`accord ask`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from app.cli import EXIT_CODE_ABSTAINED, reported
from app.commands.filters import Groups, Publishers, Since, Sources, Until

USAGE_ERROR = 2
STDIN = "-"


def ask(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="QUESTION", help="What you would like to know; - reads it from stdin."
        ),
    ] = None,
    go_on: Annotated[
        bool,
        typer.Option("--continue", "-c", help="Go on with your last conversation."),
    ] = False,
    as_typed: Annotated[
        bool,
        typer.Option(
            "--as-typed",
            help="Ask exactly these words: correct no typing error, use no earlier turn.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    sources: Sources = None,
    publishers: Publishers = None,
    since: Since = None,
    until: Until = None,
    groups: Groups = None,
) -> None:
    """Answer one question, every sentence cited.

    Quotation marks around the question are needed only where the shell reads its signs (? * ').
    Exit code 3 says that the sources do not answer.
    """
    question = _question(words or [])
    from app.commands.answering import open_desk
    from app.turns.kinds import is_spoken
    from app.types import AnswerStatus

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
        if as_json:
            from app.web.schemas.answers import AnswerBody

            answer = desk.answer(question, as_typed=as_typed)
            typer.echo(AnswerBody.of(answer, None).model_dump_json(indent=2))
        else:
            answer = desk.print_answer(question, as_typed=as_typed)
    if answer.status is AnswerStatus.ABSTAINED and not is_spoken(answer.kind):
        raise typer.Exit(EXIT_CODE_ABSTAINED)


def _question(words: list[str]) -> str:
    if words == [STDIN] or (not words and not sys.stdin.isatty()):
        return sys.stdin.read()
    if not words:
        typer.echo("What would you like to know? As in: accord ask When did it close", err=True)
        raise typer.Exit(USAGE_ERROR)
    return " ".join(words)
