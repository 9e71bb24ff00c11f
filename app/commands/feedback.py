"""`accord feedback`: the ratings of answers."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import reported
from app.conversations.records import Rating

if TYPE_CHECKING:
    from app.conversations.records import Opinion

DEFAULT_LIMIT = 50
_DAYS = ["%Y-%m-%d"]


def feedback(
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=_DAYS,
            metavar="DATE",
            help="First day of ratings (UTC).",
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=_DAYS,
            metavar="DATE",
            help="Last day, included (UTC).",
        ),
    ] = None,
    rating: Annotated[Rating | None, typer.Option(help="Only ratings of this kind.")] = None,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, max=5_000, help="Most ratings to print.")
    ] = DEFAULT_LIMIT,
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
) -> None:
    """List what people said of answers, the newest first: thumbs, reasons and comments."""
    from app.bootstrap import open_conversations
    from app.settings import load_settings

    with reported():
        store = open_conversations(load_settings())
        try:
            found = store.opinions(since=_day(since), until=_day(until), rating=rating)[:limit]
        finally:
            store.close()
    if as_json:
        typer.echo(json.dumps([_as_dict(one) for one in found], indent=2, ensure_ascii=False))
    else:
        _print(found)


def _print(found: list[Opinion]) -> None:
    from app.commands.terminal import LINK, QUOTE, TITLE, Page

    page = Page()
    for number, one in enumerate(found):
        said = one.feedback
        if number:
            page.write()
        page.write(_printable(one.answer.question), style=TITLE)
        reasons = f": {', '.join(said.reasons)}" if said.reasons else ""
        about = f"{one.given:%Y-%m-%d %H:%M}  {said.rating}{reasons}  ({one.status}, {one.channel})"
        page.write(about, style=LINK, indent=2)
        if said.comment:
            page.write(_printable(said.comment), style=QUOTE, indent=2)
    if not found:
        typer.echo("Nobody has rated an answer in this time.", err=True)


def _as_dict(one: Opinion) -> dict[str, Any]:
    from app.web.feedback_list import OpinionBody

    return OpinionBody.of(one).model_dump(mode="json")


def _printable(text: str) -> str:
    """What somebody wrote must not move the cursor of whoever reads it."""
    line = " ".join(text.split())
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in line)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()
