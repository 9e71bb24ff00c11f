"""`accord ask`."""

from __future__ import annotations

import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import EXIT_CODE_ABSTAINED, reported
from app.commands.filters import Groups, Publishers, Since, Sources, Until

if TYPE_CHECKING:
    from app.commands.answering import Desk
    from app.types import Answer

USAGE_ERROR = 2
STDIN = "-"


class Format(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


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
    form: Annotated[
        Format, typer.Option("--format", help="Markdown has a footnote for each quote.")
    ] = Format.TEXT,
    as_json: Annotated[bool, typer.Option("--json", help="Short for --format json.")] = False,
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
        answer = _answered(desk, question, Format.JSON if as_json else form, as_typed)
    if answer.status is AnswerStatus.ABSTAINED and not is_spoken(answer.kind):
        raise typer.Exit(EXIT_CODE_ABSTAINED)


def _answered(desk: Desk, question: str, form: Format, as_typed: bool) -> Answer:
    """The answer, printed."""
    if form is Format.TEXT:
        return desk.print_answer(question, as_typed=as_typed)
    answer = desk.answer(question, as_typed=as_typed)
    if form is Format.JSON:
        from app.web.schemas.answers import AnswerBody

        typer.echo(AnswerBody.of(answer, None).model_dump_json(indent=2))
    else:
        typer.echo(_as_markdown(answer, desk), nl=False)
    return answer


def _as_markdown(answer: Answer, desk: Desk) -> str:
    """As the server exports it, with links to files and pages, since there is no server here."""
    from app.exports.footnoted import footnoted
    from app.exports.markdown import as_markdown
    from app.turns.kinds import is_spoken

    if is_spoken(answer.kind):  # an export leaves such turns out
        return f"{answer.message}\n"
    document = footnoted(answer.understood or answer.question, [answer], base_url="")
    notes = []
    for note, citation in zip(document.notes, answer.citations, strict=True):
        place = desk.address(citation.document_id) or ""
        link = place if "://" in place else Path(place).as_uri()
        notes.append(replace(note, permalink=link, url=None if note.url == link else note.url))
    return as_markdown(replace(document, notes=tuple(notes)))


def _question(words: list[str]) -> str:
    if words == [STDIN] or (not words and not sys.stdin.isatty()):
        return sys.stdin.read()
    if not words:
        typer.echo("What would you like to know? As in: accord ask When did it close", err=True)
        raise typer.Exit(USAGE_ERROR)
    return " ".join(words)
