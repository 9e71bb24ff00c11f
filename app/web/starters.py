"""Questions that the page offers at the start."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel

from app.web.problems import documented
from app.web.state import Chat, State, asker_of

router = APIRouter(prefix="/api", tags=["chat"])


class StartersBody(BaseModel):
    """Questions that the page offers at the start."""

    questions: list[str]


@router.get("/starters", summary="Questions to begin with", responses=documented(500, 503))
async def get_starters(request: Request, state: State, chat: Chat) -> StartersBody:
    """Questions that this library can answer; none while it is empty."""
    run = await state.runner.start(
        lambda: iter([state.starters.questions(chat)]), kind="starters", who=asker_of(request)
    )
    async for questions in run.events():
        return StartersBody(questions=list(questions or ()))
    return StartersBody(questions=[])
