"""`accord mcp`: answer an agent that starts this command and speaks MCP through its pipes."""

from __future__ import annotations

from app.cli import reported
from app.settings import Settings, load_settings


def mcp() -> None:
    """Answer an agent through standard input and output, as MCP hosts start it."""
    import logging
    import sys

    with reported():
        settings = load_settings()
        # Standard output belongs to the protocol.
        logging.basicConfig(
            level=settings.log_level.upper(),
            format="%(asctime)s %(levelname)s %(name)s %(message)s",
            stream=sys.stderr,
        )
        _serve(settings)


def _serve(settings: Settings) -> None:
    from importlib.metadata import version

    from app.bootstrap import build_chat_service, extra, store_settings
    from app.mcp.port import LocalPort
    from app.running import Runner
    from vectorstore.catalog import Catalog
    from vectorstore.errors import NoIndexError
    from vectorstore.types import UNRESTRICTED

    # Known before a model is loaded.
    with extra("mcp"):
        from app.mcp.server import build_server
    catalog = Catalog(store_settings(settings).catalog_url)
    try:
        if catalog.current_generation() is None:
            raise NoIndexError
    finally:
        catalog.close()
    runner = Runner(
        running=settings.running_limit,
        queued=settings.max_queued,
        max_wait_s=settings.max_wait_s,
        timeout_s=settings.answer_timeout_s,
    )
    chat = build_chat_service(settings).seen_by(UNRESTRICTED)  # the files lie here, too
    base_url = settings.public_url.rstrip("/") if settings.public_url else None
    port = LocalPort(chat, runner, base_url, settings.max_question_characters)
    try:
        build_server(lambda _: port, version=version("accord")).run("stdio")
    finally:
        runner.close()
        chat.close()
