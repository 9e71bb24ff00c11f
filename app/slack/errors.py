"""Errors of the connection to Slack.

SlackError (a ChatError)
├── SlackRefusedError
├── SlackUnavailableError
└── SlackSetupError

Messages are for the log; people in Slack get sentences of ours. They hold no token.
"""

from __future__ import annotations

from app.errors import ChatError

NO_WAY_TO_ANSWER = (
    "ACCORD_SLACK_BOT_TOKEN is not set. It is the “Bot User OAuth Token” (xoxb-…) on the page "
    "“OAuth & Permissions” of your Slack app; docs/slack.md shows the way."
)
NO_WAY_TO_LISTEN = (
    "ACCORD_SLACK_APP_TOKEN is not set. It is an “App-Level Token” (xapp-…) with the scope "
    "connections:write, made on the page “Basic Information” of your Slack app. To take events "
    "over HTTP instead, set ACCORD_SLACK_SIGNING_SECRET and run `accord serve`."
)


class SlackError(ChatError):
    """Root of these errors."""


class SlackRefusedError(SlackError):
    """Slack understood the call and refused it."""

    def __init__(self, method: str, code: str) -> None:
        super().__init__(f"Slack refused {method}: {code}.")
        self.method = method
        self.code = code


class SlackUnavailableError(SlackError):
    """Slack did not answer, or with an invalid response."""

    retryable = True

    def __init__(self, method: str, why: str) -> None:
        super().__init__(f"Slack did not answer {method}: {why}.")
        self.method = method


class SlackSetupError(SlackError):
    """A token is missing or wrong; the message says which, and where to get it."""
