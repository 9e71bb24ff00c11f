"""Builds the HTTP application."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from app.access.open_door import KnownHosts
from app.access.people import SignOnError
from app.access.sessions import SessionStore
from app.access.tokens import TokenStore
from app.audit.writer import AuditWriter, NoLog
from app.bootstrap import audit_writer, carried_doors, open_conversations, sign_on_provider
from app.conversations.idempotency import IdempotencyStore
from app.conversations.store import ConversationStore
from app.errors import ConversationStoreError
from app.manage.board import RunBoard
from app.protocols import ChatServiceProtocol
from app.running import Runner
from app.settings import Settings
from app.starters import Starters
from app.web import (
    api_page,
    chat,
    conversations,
    exports,
    feedback,
    feedback_list,
    followups,
    health,
    manage,
    overview,
    pages,
    problems,
    runs,
    search,
    sign_in,
    sign_on,
    sources,
    starters,
    unanswered,
)
from app.web.access import AccessMiddleware, Doorkeeper, describe
from app.web.audit import AuditMiddleware
from app.web.completions import routes as completions
from app.web.description import DESCRIPTION, TAGS
from app.web.doors import CarriedDoor
from app.web.error_forms import respond
from app.web.forwarded import ForwardedMiddleware
from app.web.metrics import Metrics
from app.web.middleware import EdgeMiddleware
from app.web.people import People, identity_headers
from app.web.sites import Sites
from app.web.state import Limits, WebState
from app.web.unknown import refuse_unknown_parameters
from app.webhooks.events import announce_run
from app.webhooks.queue import Queue
from app.webhooks.worker import delivering

if TYPE_CHECKING:
    from opentelemetry.trace import TracerProvider

logger = logging.getLogger(__name__)

PURGE_EVERY_S = 3600.0
"""Retention is counted in days, so an hour late is on time."""


def create_app(
    settings: Settings,
    chat_service: ChatServiceProtocol,
    *,
    store: ConversationStore | None = None,
    doors: Sequence[CarriedDoor] | None = None,
    traces: TracerProvider | None = None,
    hosts: KnownHosts | None = None,
) -> FastAPI:
    """The application that serves one chat service.

    Args:
        settings: Limits and places.
        chat_service: What answers.
        store: Where turns are kept; None opens the store that the settings name.
        doors: Other doors behind the same address; None takes those that the settings name.
        traces: Makes spans of requests; None makes none.
        hosts: Names under which those who show nothing are answered; None stands for all names.

    Raises:
        ConversationStoreError: If that store cannot be opened.
    """
    store = store or open_conversations(settings)
    runner = Runner(
        running=settings.running_limit,
        queued=settings.max_queued,
        max_wait_s=settings.max_wait_s,
        timeout_s=settings.answer_timeout_s,
    )
    if doors is None:
        doors = carried_doors(settings, chat_service, store, runner)
    app = FastAPI(
        title="Accord",
        version=version("accord"),
        summary="Answers from your own documents, each sentence with its source.",
        description=DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        lifespan=_lifespan,
        # Metrics are ours, and FastAPI's log records quote what was sent.
        telemetry={
            "tracing": traces is not None,
            "tracer_provider": traces,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        },
        # FastAPI's own pages load their scripts from elsewhere; app.web.api_page does not.
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(refuse_unknown_parameters)],
        generate_unique_id_function=operation_id,
        openapi_tags=TAGS,
    )
    app.state.web = WebState(
        settings=settings,
        chat=chat_service,
        conversations=store,
        runner=runner,
        limits=Limits(settings.requests_per_minute),
        metrics=Metrics(),
        starters=Starters(settings.starter_questions),
        board=RunBoard(settings),
        doors=tuple(doors),
    )
    app.state.doorkeeper = Doorkeeper(settings, TokenStore(store.engine))
    app.state.people = People(settings, SessionStore(store.engine), sign_on_provider(settings))
    app.state.audit = audit_writer(settings, store)
    _add_middleware(app, hosts)
    problems.install(app, respond)
    describe(app)
    _add_routes(app)
    return app


def _add_middleware(app: FastAPI, hosts: KnownHosts | None) -> None:
    """Check and limit requests before they are routed. The last that is added is the outermost."""
    state: WebState = app.state.web
    settings = state.settings
    app.add_middleware(
        AccessMiddleware,
        doorkeeper=app.state.doorkeeper,
        people=app.state.people,
        limits=state.limits,
        hosts=hosts,
    )
    app.add_middleware(
        AuditMiddleware, log=app.state.audit or NoLog(), keeps_texts=settings.audit_texts
    )
    app.add_middleware(
        EdgeMiddleware,
        metrics=state.metrics,
        max_body_bytes=settings.max_body_bytes,
        sites=Sites(settings.sites),
        larger={
            completions.PATH: _longest_completion(settings),
            manage.PATH: settings.max_upload_bytes,
            **{door.path: door.max_body_bytes for door in state.doors},
        },
        frame_ancestors=settings.frame_ancestors,
        root_path=settings.root_path,
    )
    app.add_middleware(
        ForwardedMiddleware,
        trusted_proxies=settings.trusted_proxies,
        identity=identity_headers(settings),
    )


def _add_routes(app: FastAPI) -> None:
    """Add every operation and page, each with the largest body that it takes."""
    state: WebState = app.state.web
    settings = state.settings
    for module in (
        chat,
        starters,
        followups,
        conversations,
        exports,
        feedback,
        feedback_list,
        unanswered,
        sources,
        search,
        runs,
        overview,
        health,
    ):
        # Not on the application: its own refusal is plain text, and comes before our middleware.
        app.include_router(module.router, max_body_size=settings.max_body_bytes)
    app.include_router(completions.router, max_body_size=_longest_completion(settings))
    app.include_router(manage.router, max_body_size=settings.max_upload_bytes)
    for door in state.doors:
        app.router.routes.extend(door.routes)
    app.include_router(sign_in.router)
    app.include_router(sign_on.router)
    pages.install(app)
    api_page.install(app)


def _longest_completion(settings: Settings) -> int:
    """Bytes: whole conversations are sent, which may be longer than a question."""
    return max(completions.MAX_BODY_BYTES, settings.max_body_bytes)


def operation_id(route: APIRoute) -> str:
    """The operation id, which generated clients use as a name: the function's name."""
    return route.name


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    state: WebState = app.state.web
    audit: AuditWriter | None = app.state.audit
    if audit is not None:
        audit.open()
    if state.settings.webhooks:
        queue = Queue(state.conversations.engine, state.settings.webhooks)
        state.board.when_over(partial(announce_run, queue))
    state.board.open()
    working = [
        asyncio.create_task(_purge_for_ever(state, audit)),
        asyncio.create_task(_know_issuer(app.state.people)),
    ]
    try:
        async with AsyncExitStack() as stack:
            stack.enter_context(delivering(state.settings, state.conversations.engine))
            for door in state.doors:
                await stack.enter_async_context(door.open())
            yield
    finally:
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        await run_in_threadpool(state.board.close)
        state.runner.close()
        if audit is not None:
            await run_in_threadpool(audit.close)
        state.conversations.close()


async def _know_issuer(people: People) -> None:
    """Ask the issuer before the first person comes, so that one that is away is in the log."""
    if people.provider is not None:
        with suppress(SignOnError):
            await people.provider.check()


async def _purge_for_ever(state: WebState, audit: AuditWriter | None) -> None:
    days = state.settings.conversation_retention_days
    audit_days = state.settings.audit_retention_days
    keys = IdempotencyStore(state.conversations.engine)
    while True:
        try:
            await run_in_threadpool(keys.purge)
            if days:
                await run_in_threadpool(state.conversations.purge, older_than=timedelta(days=days))
            if audit and audit_days:
                await run_in_threadpool(audit.store.purge, older_than=timedelta(days=audit_days))
        except ConversationStoreError:
            logger.exception("What is old could not be erased; trying again in an hour.")
        await asyncio.sleep(PURGE_EVERY_S)
