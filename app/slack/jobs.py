"""A task of the inbox while this process executes it."""

from __future__ import annotations

from dataclasses import dataclass

from app.running import Run
from app.slack.reply import Reply
from app.slack.tasks import Task
from app.types import AnswerEvent


class StaleError(Exception):
    """The question changed: it was edited, deleted, or is now another worker's."""


@dataclass(slots=True)
class Job:
    """A task that this process executes."""

    task: Task
    owner: str
    run: Run[AnswerEvent] | None = None
    reply: Reply | None = None
    is_stale: bool = False

    def stop(self) -> None:
        """End it soon with `StaleError`. Called on the event loop."""
        self.is_stale = True
        if self.run is not None:
            self.run.fail(StaleError())

    def check(self) -> None:
        """Raise `StaleError` if the job was stopped."""
        if self.is_stale:
            raise StaleError
