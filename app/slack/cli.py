"""`accord slack`: answer in Slack, and print the manifest of the Slack app."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from app.cli import reported
from app.settings import load_settings

command = typer.Typer(add_completion=False, invoke_without_command=True)


@command.callback()
def slack(context: typer.Context) -> None:
    """Answer in Slack through Socket Mode."""
    if context.invoked_subcommand is not None:
        return
    import asyncio

    from app.bootstrap import build_chat_service, build_slack_bot, open_conversations
    from app.logs import set_up_logging
    from app.slack.errors import NO_WAY_TO_ANSWER, NO_WAY_TO_LISTEN, SlackSetupError

    with reported():
        settings = load_settings()
        set_up_logging(settings)
        # Known before a model is loaded.
        if settings.slack_bot_token is None:
            raise SlackSetupError(NO_WAY_TO_ANSWER)
        if settings.slack_app_token is None:
            raise SlackSetupError(NO_WAY_TO_LISTEN)
        chat = build_chat_service(settings)
        store = open_conversations(settings)
        bot = build_slack_bot(settings, chat, store)
        from app.slack.socket import run
        from app.webhooks.worker import delivering

        with delivering(settings, store.engine):
            asyncio.run(run(bot, settings.slack_app_token.get_secret_value()))


def _https_only(url: str | None) -> str | None:
    """Slack sends events to addresses of the web that speak TLS, and to no others."""
    if url is not None and not re.fullmatch(r"https://[^\s/?#]+(/[^\s?#]*)?", url):
        raise typer.BadParameter(
            f"{url!r} is not an address that Slack can reach; write it as https://accord.example.org"
        )
    return url


@command.command()
def manifest(
    url: Annotated[
        str | None,
        typer.Option(
            help="Address of the server, such as https://accord.example.org: Slack then sends "
            "events to it over HTTP. Left out, the app uses Socket Mode.",
            callback=_https_only,
        ),
    ] = None,
) -> None:
    """Print the manifest of the Slack app."""
    from app.slack.manifest import manifest as written

    events_url = None if url is None else f"{url.rstrip('/')}/slack/events"
    typer.echo(written(events_url), nl=False)
