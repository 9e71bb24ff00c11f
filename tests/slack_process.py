"""A server with Slack's door in a process that may be killed. Arguments: folder, fake Slack's port.

    python -m tests.slack_process FOLDER SLACK_PORT

It prints its own port, and answers each question by its own words, a sentence at a time.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import uvicorn

from app.conversations.store import ConversationStore
from app.slack.bot import SlackBot
from app.slack.door import SlackDoor
from app.slack.pace import Pace
from app.types import AnswerEvent, Claim, Question
from app.web.api import create_app
from app.web.serve import listen
from tests.builders_web import FakeChatService, make_answer
from tests.fake_slack import SECRET, FakeSlack
from tests.slack_server import slack_settings

MINUTE_S = 3.0
LEASE_S = 3.0
SENTENCE_S = 0.15
"""Between sentences, so that a kill may fall between them."""


class SlowEcho(FakeChatService):
    """Takes a while, as a chat model does."""

    def stream(self, question: Question) -> Iterator[AnswerEvent]:
        time.sleep(SENTENCE_S)
        answer = make_answer(question.text)
        claims = (Claim(f"Asked was: {question.text}", (1,)), *answer.claims[1:])
        self.replies[question.text] = replace(answer, claims=claims)
        for event in super().stream(question):
            yield event
            time.sleep(SENTENCE_S)


def main() -> None:
    folder, slack_port = Path(sys.argv[1]), int(sys.argv[2])
    slack = FakeSlack()
    slack.port = slack_port
    settings = slack_settings(folder, slack, slack_user_limit=1_000, slack_channel_limit=1_000)
    chat = SlowEcho()
    store = ConversationStore.in_folder(folder)
    bot = SlackBot(settings, chat, store, pace=Pace(minute_s=MINUTE_S), lease_s=LEASE_S)
    app = create_app(settings, chat, store=store, doors=[SlackDoor(bot, SECRET)])
    with listen("127.0.0.1", 0) as listener:
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        server.run(sockets=[listener])


if __name__ == "__main__":
    main()
