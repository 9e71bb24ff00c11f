"""Bolt's listeners: an event is stored, then acknowledged, then executed by the workers."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult

from app.conversations.records import Feedback, Rating, Reason
from app.conversations.seen import SeenConversations
from app.conversations.store import ConversationStore
from app.errors import ChatError
from app.languages.catalogue import ENGLISH, say
from app.protocols import ChatServiceProtocol
from app.settings import Settings
from app.slack import events, sentences, views
from app.slack.calls import SlackCalls, library_logger
from app.slack.errors import SlackError, SlackSetupError
from app.slack.inbox import Inbox
from app.slack.render import EVIDENCE, SHARE, THUMBS_DOWN, THUMBS_UP, plain_message
from app.slack.tasks import Request, Task
from app.slack.work import Workers
from app.starters import Starters
from vectorstore.types import Audience

logger = logging.getLogger(__name__)

T = TypeVar("T")

COMMAND = "/accord"
SHORTCUT = "ask_about"
INTAKE_THREADS = 2
"""What comes in is written down by these alone, so that nothing else delays it."""

_ANYTHING = re.compile(r".*")


class Listeners:
    """Listeners for everything that Slack may send. Used on one event loop."""

    def __init__(
        self,
        settings: Settings,
        chat: ChatServiceProtocol,
        store: ConversationStore,
        inbox: Inbox,
        calls: SlackCalls,
        workers: Workers,
        audience: Callable[[str], Audience],
    ) -> None:
        self._settings = settings
        self._audience = audience
        self._chat = chat
        self._store = store
        self._inbox = inbox
        self._calls = calls
        self._workers = workers
        self._starters = Starters(settings.starter_questions)
        self._writers = ThreadPoolExecutor(INTAKE_THREADS, thread_name_prefix="slack-intake")
        self._readers = ThreadPoolExecutor(INTAKE_THREADS, thread_name_prefix="slack-read")
        self.reader: events.Reader | None = None
        """None until Slack has told who we are."""
        self.identity: AuthorizeResult | None = None

    def close(self) -> None:
        """End the threads."""
        self._writers.shutdown(wait=False)
        self._readers.shutdown(wait=False)

    def app(self) -> AsyncApp:
        """Bolt's application. Called on the event loop."""

        async def authorize(**_: Any) -> AuthorizeResult | None:
            return self.identity

        secret = self._settings.slack_signing_secret
        app = AsyncApp(
            name="accord",
            logger=library_logger,
            # It gets its token from `authorize`.
            client=self._calls.client(with_token=False),
            authorize=authorize,  # type: ignore[arg-type]
            signing_secret=secret.get_secret_value() if secret else "",
            request_verification_enabled=secret is not None,
            # `events.Reader` knows which messages are our own.
            ignoring_self_events_enabled=False,
            ssl_check_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )

        async def noticed(body: Mapping[str, Any], next: Callable[[], Any]) -> None:  # noqa: A002
            # In a middleware, since Bolt acknowledges an event before it calls the listener.
            await self._message(body)
            await next()

        async def nothing() -> None:
            """Do nothing: everything is done before the acknowledgement."""

        for name in ("message", "app_mention"):
            app.event(name, middleware=[noticed])(nothing)
        app.error(_failed)
        app.event("app_home_opened")(self._home)
        app.event(_ANYTHING)(nothing)
        app.command(_ANYTHING)(self._command)
        app.shortcut({"type": "message_action", "callback_id": SHORTCUT})(self._shortcut)
        app.view(views.ASK_VIEW)(self._asked_about)
        app.view(views.REASONS_VIEW)(self._reasons)
        app.action(EVIDENCE)(self._evidence)
        app.action(THUMBS_UP)(self._thumbs_up)
        app.action(THUMBS_DOWN)(self._thumbs_down)
        app.action(SHARE)(self._share)
        app.action(re.compile(rf"{views.STARTER}:\d+"))(self._starter)
        app.action(_ANYTHING)(_acknowledge)
        return app

    async def _message(self, body: Mapping[str, Any]) -> None:
        """Write a question, an edit or a deletion down."""
        if self.reader is None:
            raise SlackSetupError("Slack has not told yet who we are.")
        match self.reader.read(body):
            case events.Asked() as asked:
                await self._add(asked)
            case events.Edited() as edit:
                known = await self._noted(
                    lambda: self._inbox.revise(edit.channel, edit.ts, edit.text, edited=edit.edited)
                )
                if known:
                    self._workers.changed(edit.channel, edit.ts)
                elif edit.asked is not None:
                    await self._add(edit.asked)
            case events.Removed() as gone:
                if await self._noted(lambda: self._inbox.remove(gone.channel, gone.ts)):
                    self._workers.changed(gone.channel, gone.ts)

    async def _add(self, asked: events.Asked) -> None:
        request = asked.request
        if asked.only_in_our_thread and not await self._noted(
            lambda: self._inbox.is_ours(request.channel, request.thread_ts)
        ):
            return
        await self.put(request)

    async def put(self, request: Request) -> Task | None:
        """Store a task, to be executed; None if it is known already."""
        task = await self._noted(lambda: self._inbox.add(request))
        if task is not None:
            self._workers.added(task)
        return task

    async def _command(self, ack: AsyncAck, body: Mapping[str, Any]) -> None:
        request = events.command(body)
        if not request.body["text"]:
            await ack(sentences.EMPTY)
            return
        task = await self._noted(lambda: self._inbox.add(request))
        ahead = 0 if task is None else await self._noted(lambda: self._workers.position(task))
        wait_s = self._workers.expected_wait_s(ahead)
        await ack(sentences.acknowledged(ahead, wait_s, task.language if task else ENGLISH))
        self._workers.poke()

    async def _shortcut(self, ack: AsyncAck, body: Mapping[str, Any]) -> None:
        await ack()
        await self._open_view(body, views.ask_view(*events.message_to_ask_about(body)))

    async def _asked_about(self, ack: AsyncAck, body: Mapping[str, Any]) -> None:
        form = body["view"]["state"]["values"]
        question = str(form["question"]["written"].get("value") or "")
        where = str((form["where"]["chosen"].get("selected_option") or {}).get("value", ""))
        if not question.strip():
            await ack(response_action="errors", errors={"question": sentences.ASK_SOMETHING})
            return
        place = json.loads(body["view"]["private_metadata"])
        await self.put(events.asked_about(body, question, where, place))
        await ack()

    async def _starter(self, ack: AsyncAck, body: Mapping[str, Any]) -> None:
        await self.put(events.starter(body, _value(body)))
        await ack()

    async def _share(self, ack: AsyncAck, body: Mapping[str, Any]) -> None:
        await self.put(events.share(body, _value(body)))
        await ack()

    async def _evidence(self, ack: AsyncAck, body: Mapping[str, Any]) -> None:
        await ack()
        stored = await self._read(lambda: self._seen(body).answer(_value(body), visitor=None))
        if stored is None:
            await self._whisper(body, sentences.ERASED)
        else:
            view = views.evidence_view(stored.answer, self._settings.public_url)
            await self._open_view(body, view)

    async def _thumbs_up(self, ack: AsyncAck, body: Mapping[str, Any]) -> None:
        rated = await self._rate(_value(body), body, Feedback(Rating.UP))
        await ack()
        await self._whisper(body, await self._said(_value(body), rated))

    async def _said(self, answer_id: str, rated: bool) -> str:
        """Thanks for a thumb, in the language of its answer."""
        if not rated:
            return sentences.ERASED
        stored = await self._read(lambda: self._store.answer(answer_id, visitor=None))
        return say(stored.answer.language if stored else ENGLISH, sentences.THANKS)

    async def _thumbs_down(self, ack: AsyncAck, body: Mapping[str, Any]) -> None:
        rated = await self._rate(_value(body), body, Feedback(Rating.DOWN))
        await ack()
        if rated:
            stored = await self._read(lambda: self._store.answer(_value(body), visitor=None))
            language = stored.answer.language if stored else ENGLISH
            await self._open_view(body, views.reasons_view(_value(body), language))
        else:
            await self._whisper(body, sentences.ERASED)

    async def _reasons(self, ack: AsyncAck, body: Mapping[str, Any]) -> None:
        form = body["view"]["state"]["values"]
        chosen = {one["value"] for one in form["reasons"]["chosen"].get("selected_options") or []}
        comment = str(form["comment"]["written"].get("value") or "")
        reasons = tuple(reason for reason in Reason if reason.value in chosen)
        given = Feedback(Rating.DOWN, reasons, comment)
        await self._rate(str(body["view"]["private_metadata"]), body, given)
        await ack()

    async def _home(self, event: Mapping[str, Any]) -> None:
        if event.get("tab") != "home":
            return
        try:
            questions = await self._read(lambda: self._starters.questions(self._chat))
            documents = (await self._read(self._chat.ready)).documents
        except ChatError:
            logger.exception("There are no questions to begin with.")
            questions, documents = (), 0
        view = views.home_view(questions, command=COMMAND, documents=documents)
        with _logged("The App Home"):
            await self._calls.call("views.publish", user_id=event["user"], view=view)

    async def _open_view(self, body: Mapping[str, Any], view: views.View) -> None:
        with _logged("A form"):
            await self._calls.call("views.open", trigger_id=body["trigger_id"], view=view)

    async def _whisper(self, body: Mapping[str, Any], text: str) -> None:
        """Say something to the person who pressed a button."""
        message = plain_message(text)
        with _logged("A word of thanks"):
            await self._calls.respond(
                str(body.get("response_url", "")),
                {"response_type": "ephemeral", "replace_original": False, "text": message.text},
            )

    async def _rate(self, answer_id: str, body: Mapping[str, Any], given: Feedback) -> bool:
        visitor = f"slack:{body['team']['id']}:{body['user']['id']}"
        return await self._noted(lambda: self._store.rate(answer_id, given, visitor=visitor))

    def _seen(self, body: Mapping[str, Any]) -> SeenConversations:
        """Answers as they may be read where a button was pressed."""
        audience = self._audience(events.channel_of(body))
        return SeenConversations(self._store, self._chat.seen_by(audience))

    async def _noted(self, work: Callable[[], T]) -> T:
        """Write before Slack is told that something arrived."""
        return await asyncio.get_running_loop().run_in_executor(self._writers, work)

    async def _read(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, work)


class _logged:  # noqa: N801 - reads as a function
    """What cannot be shown is logged: nothing was promised."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        """Nothing."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        """Swallow Slack's errors."""
        if isinstance(error, SlackError):
            logger.warning("%s could not be shown: %s", self._what, error)
            return True
        return False


async def _failed(error: Exception) -> BoltResponse:
    """503 where something could not be written down, so that it comes again; else 400."""
    if isinstance(error, ChatError):
        logger.error("Something from Slack could not be taken.", exc_info=error)
        return BoltResponse(status=503)
    # Bolt and we read payloads as Slack documents them, and Slack signed this one.
    logger.error("Something from Slack could not be read.", exc_info=error)
    return BoltResponse(status=400)


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()


def _value(body: Mapping[str, Any]) -> str:
    return str(body["actions"][0].get("value", ""))
