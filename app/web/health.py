"""For operators: whether the server is alive and ready, and its metrics."""

from __future__ import annotations

import logging
from typing import Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from app.protocols import ChatServiceProtocol, Readiness
from app.web.metrics import CONTENT_TYPE
from app.web.state import Chat, State, WebState

logger = logging.getLogger(__name__)

router = APIRouter(tags=["operation"])


class HealthBody(BaseModel):
    """The process is alive."""

    status: Literal["ok"] = "ok"


class ReadinessBody(BaseModel):
    """Whether questions can be answered."""

    ready: bool
    detail: str
    generation: str | None
    documents: int


class VersionBody(BaseModel):
    """Which program this is."""

    name: Literal["accord"] = "accord"
    version: str = Field(description="Of the program and of its API.", examples=["0.2.0"])


@router.get("/api/version", summary="Which version is this?")
async def get_version(request: Request) -> VersionBody:
    """The same as in `/openapi.json`. What is here stays; new fields and routes may come."""
    return VersionBody(version=request.app.version)


@router.get("/healthz", summary="Is the process alive?")
async def get_health() -> HealthBody:
    """Always ok: a process that cannot say so is the one to restart."""
    return HealthBody()


@router.get(
    "/readyz",
    summary="Can questions be answered?",
    response_model=ReadinessBody,
    responses={503: {"model": ReadinessBody, "description": "Not now."}},
)
async def get_readiness(state: State, chat: Chat) -> Response:
    """200 when questions can be answered, else 503; also while the server is shutting down."""
    readiness = await run_in_threadpool(_readiness, state, chat)
    body = ReadinessBody(
        ready=readiness.ok,
        detail=readiness.detail,
        generation=readiness.generation,
        documents=readiness.documents,
    )
    return JSONResponse(body.model_dump(), 200 if readiness.ok else 503)


@router.get("/metrics", summary="Counters and timings", response_class=PlainTextResponse)
async def get_metrics(state: State, chat: Chat) -> Response:
    """In Prometheus' text format."""
    readiness = await run_in_threadpool(_readiness, state, chat)
    metrics = state.metrics
    metrics.running.set(state.runner.running)
    metrics.waiting.set(state.runner.waiting)
    metrics.expected_wait.set(state.runner.expected_wait_s)
    metrics.documents.set(readiness.documents)
    metrics.ready.set(float(readiness.ok))
    metrics.generation.info({"generation": readiness.generation or ""})
    return Response(metrics.render(), media_type=CONTENT_TYPE)


def _readiness(state: WebState, chat: ChatServiceProtocol) -> Readiness:
    if state.runner.draining:
        return Readiness(ok=False, detail="Shutting down.", generation=None, documents=0)
    try:
        return chat.ready()
    except Exception:
        # A probe must say no, not fail: whatever broke the service is the news.
        logger.exception("The service could not say whether it is ready.")
        return Readiness(ok=False, detail="The index cannot be read.", generation=None, documents=0)
