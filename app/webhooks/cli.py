"""`accord webhooks`: list deliveries, send a test, make a secret."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import EXIT_CODE_FAILED, reported
from app.settings import load_settings

if TYPE_CHECKING:
    from app.webhooks.queue import Delivery, Queue

NO_WEBHOOKS = "There are no webhooks; ACCORD_WEBHOOKS names them (docs/webhooks.md)."

command = typer.Typer(add_completion=False, no_args_is_help=True)


@command.callback()
def webhooks() -> None:
    """List deliveries to the webhooks in ACCORD_WEBHOOKS, and send a test."""


@command.command()
def secret() -> None:
    """Print a new secret, to be set here and at the receiver."""
    from app.webhooks.hooks import SECRET_BYTES, SECRET_PREFIX

    random = base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    typer.echo(f"{SECRET_PREFIX}{random}")


@command.command("list")
def list_webhooks(
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
    all_of_them: Annotated[
        bool, typer.Option("--all", help="Also what was delivered, of the last week.")
    ] = False,
) -> None:
    """List the webhooks, and the deliveries that wait or were given up."""
    from app.webhooks.queue import DEAD, DELIVERED, WAITING

    with reported(), _queue() as queue:
        counts = queue.counts()
        states = () if all_of_them else (WAITING, DEAD)
        found = queue.deliveries(states=states)
    hosts = {hook.id: hook.host for hook in queue.hooks}
    hooks: list[dict[str, Any]] = [
        {
            "host": hook.host,
            "events": [event.value for event in hook.events],
            **{state: counts.get((hook.id, state), 0) for state in (WAITING, DELIVERED, DEAD)},
        }
        for hook in queue.hooks
    ]
    if as_json:
        deliveries = [_as_dict(each, hosts) for each in found]
        typer.echo(json.dumps({"webhooks": hooks, "deliveries": deliveries}, indent=2))
        return
    for hook in hooks:
        typer.echo(
            f"{hook['host']}  {','.join(hook['events'])}  {hook[WAITING]} waiting, "
            f"{hook[DELIVERED]} delivered, {hook[DEAD]} given up"
        )
    for each in found:
        told = _as_dict(each, hosts)
        next_try = f", next try {told['due']}" if each.state == WAITING else ""
        typer.echo(
            f"  {told['created']}  {told['host']}  {told['event']}  {told['state']}, "
            f"{told['attempts']} tries{next_try}{f': {each.problem}' if each.problem else ''}"
        )
    if not hooks:
        typer.echo(NO_WEBHOOKS, err=True)


@command.command()
def test() -> None:
    """Send a test event to every webhook now.

    Exit code 1 says that one of them did not take it.
    """
    from app.webhooks.queue import test_delivery
    from app.webhooks.sending import send

    with reported():
        hooks = load_settings().webhooks
        if not hooks:
            typer.echo(NO_WEBHOOKS, err=True)
            raise typer.Exit(EXIT_CODE_FAILED)
        is_bad = False
        for hook in hooks:
            sent = send(hook, test_delivery(hook))
            is_bad = is_bad or sent.problem is not None
            typer.echo(f"{hook.host}: {sent.problem or 'taken'}")
    if is_bad:
        raise typer.Exit(EXIT_CODE_FAILED)


@contextmanager
def _queue() -> Iterator[Queue]:
    from app.bootstrap import open_conversations
    from app.webhooks.queue import Queue

    settings = load_settings()
    store = open_conversations(settings)
    try:
        yield Queue(store.engine, settings.webhooks)
    finally:
        store.close()


def _as_dict(each: Delivery, hosts: dict[str, str]) -> dict[str, Any]:
    return {
        "id": each.id,
        "host": hosts.get(each.hook, f"{each.hook} (not set any more)"),
        "event": each.event.value,
        "state": each.state,
        "attempts": each.attempts,
        "created": _moment(each.created),
        "due": _moment(each.due),
        "problem": each.problem,
    }


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
