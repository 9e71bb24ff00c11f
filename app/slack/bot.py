"""The bot: listeners put questions into the inbox, workers take them out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from app.audit.records import Door, asked
from app.bootstrap import audit_writer
from app.conversations.store import ConversationStore
from app.errors import ConversationStoreError
from app.protocols import ChatServiceProtocol
from app.running import Runner
from app.setting_groups import CorpusFilter
from app.settings import Settings
from app.slack import digest
from app.slack.answering import Answering, AnsweringSettings
from app.slack.calls import SlackCalls
from app.slack.errors import NO_WAY_TO_ANSWER, SlackError, SlackRefusedError, SlackSetupError
from app.slack.events import Reader
from app.slack.inbox import LEASE_S, Inbox
from app.slack.listeners import Listeners
from app.slack.pace import Pace
from app.slack.tasks import Kind, Limits, Request, Task
from app.slack.work import Workers
from app.types import Answer
from vectorstore.types import EVERYBODY, Audience, Filters

logger = logging.getLogger(__name__)

DIGEST_CHECK_S = 60.0
LATE_DIGEST = timedelta(days=1)
"""A server that was down when the digest was due sends it later, but not days later."""
PURGE_EVERY_S = 3_600.0
RECONNECT_S, LONGEST_RECONNECT_S = 2.0, 300.0
BAD_TOKEN = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}
)


class SlackBot:
    """One workspace's bot, for Socket Mode and for HTTP alike."""

    def __init__(
        self,
        settings: Settings,
        chat: ChatServiceProtocol,
        store: ConversationStore,
        *,
        runner: Runner | None = None,
        pace: Pace | None = None,
        lease_s: float = LEASE_S,
    ) -> None:
        """Prepare the bot; it connects to Slack when it is opened.

        Args:
            settings: Tokens and limits.
            chat: What answers.
            store: Where answers and the inbox are kept.
            runner: Of the server that carries the bot, so that all doors take turns; None makes
                one of its own.
            pace: How fast Slack may be called.
            lease_s: How long a claim lasts.

        Raises:
            SlackSetupError: If there is no bot token.
            ConversationStoreError: If the inbox cannot be made.
        """
        if settings.slack_bot_token is None:
            raise SlackSetupError(NO_WAY_TO_ANSWER)
        limits = Limits(settings.slack_user_limit, settings.slack_channel_limit)
        self._settings = settings
        self._inbox = Inbox(store.engine, limits, lease_s=lease_s)
        token = settings.slack_bot_token.get_secret_value()
        self.calls = SlackCalls(token, settings.slack_api_url, pace)
        self._threads = ThreadPoolExecutor(
            settings.slack_workers + 2, thread_name_prefix="slack-store"
        )
        self._own_runner = runner is None
        self._runner = runner or Runner(
            running=settings.slack_workers,
            queued=settings.slack_workers,
            max_wait_s=settings.answer_timeout_s,
            timeout_s=settings.answer_timeout_s,
        )
        self._audit = audit_writer(settings, store)
        audience = _audiences(settings.slack_channel_groups)
        self._answering = Answering(
            chat,
            store,
            self._inbox,
            self.calls,
            self._runner,
            self._threads,
            AnsweringSettings(
                limits=limits,
                streaming=settings.slack_streaming,
                public_url=settings.public_url,
                allow_external=settings.slack_allow_external,
                filters=_filters(settings.slack_channel_filters),
                tell=self._tell,
                audience=audience,
            ),
        )
        self.workers = Workers(
            self._answering,
            self._inbox,
            self.calls,
            self._threads,
            workers=settings.slack_workers,
            lease_s=lease_s,
        )
        self._listeners = Listeners(
            settings, chat, store, self._inbox, self.calls, self.workers, audience
        )
        self._bolt: AsyncApp | None = None

    @property
    def bolt(self) -> AsyncApp:
        """Bolt's application. Used on the event loop, inside `open`."""
        if self._bolt is None:
            self._bolt = self._listeners.app()
        return self._bolt

    @property
    def is_connected(self) -> bool:
        """Whether the bot knows its own id from Slack; before that no event can be read."""
        return self._listeners.reader is not None

    @asynccontextmanager
    async def open(self, *, wait: bool = True) -> AsyncIterator[None]:
        """Work for as long as the context lasts.

        Args:
            wait: Connect first; else connect meanwhile, and try again where Slack is away.

        Raises:
            SlackError: If `wait` and Slack does not know the token, or does not answer.
        """
        loops: list[asyncio.Task[None]] = []
        if self._audit is not None:
            self._audit.open()
        try:
            if wait:
                await self._connect()
            else:
                loops.append(asyncio.create_task(self._connect_until_done()))
            loops += [
                asyncio.create_task(self._send_digests()),
                asyncio.create_task(self._purge_for_ever()),
            ]
            yield
        finally:
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            await self.workers.close()
            self._listeners.close()
            if self._own_runner:
                self._runner.close()
            await self.calls.close()
            if self._audit is not None:
                await asyncio.to_thread(self._audit.close)
            self._threads.shutdown(wait=False)

    def _tell(self, task: Task, answer: Answer) -> None:
        """The audit log."""
        if self._audit is not None:
            who = f"slack:{task.team}:{task.person}"
            text = self._settings.audit_texts
            self._audit.record(asked(answer, door=Door.SLACK, who=who, keeps_text=text))

    async def _connect(self) -> None:
        """Ask Slack who we are, and begin."""
        try:
            identity = await self.calls.call("auth.test")
        except SlackRefusedError as error:
            if error.code in BAD_TOKEN:
                raise SlackSetupError(
                    f"Slack does not know ACCORD_SLACK_BOT_TOKEN ({error.code}). Copy it again "
                    "from the page “OAuth & Permissions” of your Slack app."
                ) from error
            raise
        user = str(identity.get("user_id", ""))
        self._answering.bot_user = user
        self._listeners.identity = AuthorizeResult(
            enterprise_id=identity.get("enterprise_id"),
            team_id=identity.get("team_id"),
            bot_user_id=user,
            bot_id=identity.get("bot_id"),
            bot_token=self.calls.client().token,
        )
        self._listeners.reader = Reader(
            user, self._settings.slack_follow_ups, self._settings.slack_allow_external
        )
        self.workers.start()
        logger.info("Connected to the Slack workspace %s.", identity.get("team", "?"))

    async def _connect_until_done(self) -> None:
        pause_s = RECONNECT_S
        while True:
            try:
                await self._connect()
            except SlackError as error:
                logger.error("Slack cannot be used: %s Trying again in %g s.", error, pause_s)  # noqa: TRY400
            else:
                return
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_RECONNECT_S)

    async def _send_digests(self) -> None:
        channel = self._settings.slack_digest_channel
        while channel is not None:
            now = datetime.now(UTC)
            due = digest.last_due(self._settings.slack_digest_at, now)
            if now - due < LATE_DIGEST:
                report = digest.key(due, channel)
                with suppress(ConversationStoreError):
                    await self._listeners.put(
                        Request(report, Kind.DIGEST, "", channel, "", body={"report": report})
                    )
            await asyncio.sleep(DIGEST_CHECK_S)

    async def _purge_for_ever(self) -> None:
        days = self._settings.conversation_retention_days
        while days:
            try:
                await asyncio.get_running_loop().run_in_executor(self._threads, self._purge)
            except ConversationStoreError:
                logger.exception("Old tasks could not be erased; trying again in an hour.")
            await asyncio.sleep(PURGE_EVERY_S)

    def _purge(self) -> None:
        days = self._settings.conversation_retention_days
        self._inbox.purge(older_than_s=timedelta(days=days).total_seconds())


def _filters(by_channel: Mapping[str, CorpusFilter]) -> Callable[[str], Filters]:
    known = {channel: Filters(**dict(one)) for channel, one in by_channel.items()}
    return lambda channel: known.get(channel, Filters())


def _audiences(by_channel: Mapping[str, Sequence[str]]) -> Callable[[str], Audience]:
    known = {channel: Audience(frozenset(groups)) for channel, groups in by_channel.items()}
    return lambda channel: known.get(channel, EVERYBODY)
