"""`accord token`: make, list and revoke the tokens with which programs ask."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from app.access.scopes import Scope
from app.audit.records import Action
from app.cli import EXIT_CODE_FAILED, reported
from app.settings import load_settings
from vectorstore.group_names import group_names

if TYPE_CHECKING:
    from app.access.tokens import Token, TokenStore

DEFAULT_SCOPES = (Scope.ASK, Scope.SOURCES, Scope.FEEDBACK)
MAX_DAYS = 3_650

command = typer.Typer(add_completion=False, no_args_is_help=True)


@command.callback()
def token() -> None:
    """Make, list and revoke the tokens with which programs ask.

    From the first token on, the server answers nobody without one.
    """


@command.command()
def create(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="What the token is for; shown in the list.",
        ),
    ],
    scope: Annotated[
        list[Scope] | None,
        typer.Option(help="Scope of the token. Repeatable; default: ask, sources and feedback."),
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, max=MAX_DAYS, help="Days until it expires; else never.")
    ] = None,
    per_minute: Annotated[
        int | None, typer.Option(min=1, max=1_000_000, help="Most requests in a minute.")
    ] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(help="Group whose documents it sees in addition to open ones. Repeatable."),
    ] = None,
) -> None:
    """Make a token and print it, this once."""
    groups = _group_names(group or [])
    with reported(), _tokens() as (tokens, told):
        is_first = not tokens.has_any()
        text, kept = tokens.create(
            name,
            scope or DEFAULT_SCOPES,
            lifetime=None if days is None else timedelta(days=days),
            requests_per_minute=per_minute,
            groups=groups,
        )
        told(Action.CREATE_TOKEN, kept.id)
    typer.echo(text)
    typer.echo(f"This is token {kept.id}. It is not stored and cannot be shown again.", err=True)
    if is_first:
        typer.echo(
            "It is the first one: from now on the server answers nobody without a token. "
            "ACCORD_REQUIRE_TOKEN=false keeps it open.",
            err=True,
        )


@command.command("list")
def list_tokens(
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
) -> None:
    """List all tokens, also those that were revoked. None can be read here."""
    with reported(), _tokens() as (tokens, _):
        found = tokens.tokens()
    if as_json:
        typer.echo(json.dumps([_as_dict(one) for one in found], indent=2, ensure_ascii=False))
        return
    for one in found:
        scopes = ",".join(sorted(one.scopes))
        scopes += f", sees {', '.join(sorted(one.groups))}" if one.groups else ""
        limit = f", {one.requests_per_minute} a minute" if one.requests_per_minute else ""
        used = f"last used {one.last_used:%Y-%m-%d}" if one.last_used else "never used"
        typer.echo(f"{one.id}  {one.name}  {scopes}{limit}  {_state(one)}, {used}")
    if not found:
        typer.echo("There is no token; `accord token create NAME` makes one.", err=True)


@command.command()
def revoke(
    token_id: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="Id of the token in `accord token list`.",
        ),
    ],
) -> None:
    """End a token at once."""
    with reported(), _tokens() as (tokens, told):
        is_revoked = tokens.revoke(token_id)
        if is_revoked:
            told(Action.REVOKE_TOKEN, token_id)
    if not is_revoked:
        typer.echo(f"There is no token {token_id} to revoke; see `accord token list`.", err=True)
        raise typer.Exit(EXIT_CODE_FAILED)
    typer.echo(f"revoked {token_id}")


def _group_names(names: list[str]) -> tuple[str, ...]:
    try:
        return group_names(names)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--group") from error


@contextmanager
def _tokens() -> Iterator[tuple[TokenStore, Callable[[str, str], None]]]:
    """The tokens, and what tells the audit log of one."""
    from app.access.tokens import TokenStore
    from app.audit.commands import record
    from app.bootstrap import open_conversations

    settings = load_settings()
    store = open_conversations(settings)
    try:
        yield TokenStore(store.engine), lambda action, one: record(settings, store, action, [one])
    finally:
        store.close()


def _state(one: Token) -> str:
    if one.revoked is not None:
        return f"revoked {one.revoked:%Y-%m-%d}"
    if one.expires is None:
        return "never expires"
    past = "expired" if one.expires <= datetime.now(UTC) else "expires"
    return f"{past} {one.expires:%Y-%m-%d}"


def _as_dict(one: Token) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.name,
        "scopes": sorted(one.scopes),
        "groups": sorted(one.groups),
        "requests_per_minute": one.requests_per_minute,
        "created": one.created.isoformat(),
        "expires": one.expires.isoformat() if one.expires else None,
        "revoked": one.revoked.isoformat() if one.revoked else None,
        "last_used": one.last_used.isoformat() if one.last_used else None,
    }
