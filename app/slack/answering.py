"""Executes one task: asks the service and shows the answer in Slack."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from app.conversations.records import Channel, StoredAnswer
from app.conversations.seen import SeenConversations
from app.conversations.store import ConversationStore
from app.errors import ConversationStoreError
from app.languages.catalogue import say
from app.protocols import ChatServiceProtocol
from app.running import Run, Runner
from app.slack import digest, sentences
from app.slack.calls import SlackCalls
from app.slack.inbox import Inbox
from app.slack.jobs import Job, StaleError
from app.slack.render import Piece, answer_messages, asked_by, claim_pieces, plain_message
from app.slack.reply import QUIET, PrivateReply, Reply, ThreadReply
from app.slack.tasks import Kind, Limits, Task
from app.slack.thread import MAX_READ, before, history, read_thread
from app.turns.kinds import TurnKind
from app.types import Answer, AnswerDone, AnswerEvent, Citation, ClaimEvent, Message, Question
from app.waiting import Who
from vectorstore.types import EVERYBODY, Audience, Filters

logger = logging.getLogger(__name__)

T = TypeVar("T")

DOOR = "slack"
"""In the line that all doors share; no site's key is as short."""
MAX_DEATHS = 3
"""A question that ended so many workers is answered by an apology."""
TICK_S = 0.25
"""An answer that is whole within this is shown at once; else its sentences as they come."""
HELD_S = 1.0
"""No sentence is held back longer, however fast they come."""
DIRECT = "D"
"""Ids of direct messages begin with it."""
STATUS_EVERY_S = 60.0
"""Slack takes a status away after two minutes."""


@dataclass(frozen=True, slots=True)
class AnsweringSettings:
    """What may differ between installations."""

    limits: Limits
    streaming: bool = True
    public_url: str | None = None
    allow_external: bool = False
    filters: Callable[[str], Filters] = lambda _channel: Filters()
    """What may be searched for a channel."""
    tell: Callable[[Task, Answer], None] = lambda _task, _answer: None
    """Told of each answer, with the id that it is kept under."""
    audience: Callable[[str], Audience] = lambda _channel: EVERYBODY
    """With whose eyes the library is read for a channel."""


class Answering:
    """One workspace's answers. Its methods run on one event loop."""

    def __init__(
        self,
        chat: ChatServiceProtocol,
        store: ConversationStore,
        inbox: Inbox,
        slack: SlackCalls,
        runner: Runner,
        threads: Executor,
        settings: AnsweringSettings,
    ) -> None:
        self._chat = chat
        self._store = store
        self._inbox = inbox
        self._slack = slack
        self._runner = runner
        self._threads = threads
        self._settings = settings
        self.bot_user = ""

    async def do(self, job: Job) -> None:
        """Execute a task.

        Raises:
            StaleError: If it has to be done again, or by somebody else.
            SlackError: If it could not be shown.
            Exception: If it could not be answered.
        """
        task = job.task
        for former in task.former_answers:
            await self._on_thread(partial(self._store.delete_answer, former))
        if task.deleted:
            await self._erase(job)
        elif task.refusal is not None:
            await self.tell(
                task, sentences.refusal(task.refusal, self._settings.limits, task.language)
            )
        elif task.deaths > MAX_DEATHS:
            raise RuntimeError(f"{task.deaths} workers ended while they answered it")
        elif task.kind is Kind.DIGEST:
            await self._report(job)
        elif task.kind is Kind.SHARE:
            await self._share(job)
        else:
            await self._answer(job)

    async def tell(self, task: Task, text: str) -> None:
        """Send a message that only the person sees."""
        await self._private(task).finish([plain_message(text)])

    async def apologise(self, job: Job, text: str) -> None:
        """Send an apology instead of the answer."""
        await self._reply(job).break_off(plain_message(text))

    async def _answer(self, job: Job) -> None:
        if job.task.kind is Kind.STARTER and not job.task.thread_ts:
            await self._open_thread(job)
        if self._is_public(job.task) and await self._is_external(job.task):
            await self.tell(job.task, say(job.task.language, sentences.EXTERNAL))
            return
        if job.task.attempts > 1:
            await self._adopt(job)
        task = job.task
        reply = self._reply(job)
        stored = await self._read_answer(task.answer_id, task)
        if stored is None:
            await reply.status(say(task.language, sentences.SEARCHING))
            answer = await self._composed(job, await self._question(task), reply)
            stored = await self._kept(job, answer)
        await self._check_ours(job)
        if self._keeps_still(job.task, stored.answer):
            await self._thread_reply(job).withdraw()
            return
        is_unseen = task.kind is Kind.QUESTION and not task.ts
        await reply.finish(
            answer_messages(
                stored.answer,
                public_url=self._settings.public_url,
                answer_id=stored.answer.id if stored.conversation_id else None,
                private=not self._is_public(task),
                lead=[asked_by(task.person, task.text, stored.answer.language)]
                if is_unseen
                else [],
            )
        )

    async def _composed(self, job: Job, question: Question, reply: Reply) -> Answer:
        """Run the service, and show its sentences as they come."""
        job.run = run = await self._runner.start(
            lambda: self._chat_for(job.task).stream(question), who=Who(DOOR, job.task.person)
        )
        try:
            job.check()
            return await self._shown(run, reply, job.task.language)
        finally:
            # Whatever happened: nobody waits for more of it.
            run.stop()

    async def _shown(self, run: Run[AnswerEvent], reply: Reply, language: str) -> Answer:
        clock = asyncio.get_running_loop().time
        known: dict[int, Citation] = {}
        held: list[Piece] = []
        heading = ""
        held_since = status_at = clock()
        async for event in run.events(idle_s=TICK_S):
            if isinstance(event, AnswerDone):
                return event.answer
            if isinstance(event, ClaimEvent):
                known |= {citation.n: citation for citation in event.citations}
                held_since = held_since if held else clock()
                public_url = self._settings.public_url
                held += claim_pieces(event.claim, known, public_url, below=heading)
                heading = event.claim.heading
            if event is None or (held and clock() - held_since > HELD_S):
                await reply.show(held)
                held = []
            if not known and clock() - status_at > STATUS_EVERY_S:
                status_at = clock()
                await reply.status(say(language, sentences.SEARCHING))
        raise RuntimeError("The service ended its stream without an answer.")

    def _chat_for(self, task: Task) -> ChatServiceProtocol:
        return self._chat.seen_by(self._settings.audience(task.channel))

    async def _question(self, task: Task) -> Question:
        messages = await read_thread(self._slack, task) if self._is_public(task) else []

        def read() -> tuple[Message, ...]:
            turns = self._inbox.turns(task.channel, task.thread_ts) if task.thread_ts else []

            def answer_of(answer_id: str) -> StoredAnswer | None:
                return self._answer_by_id(answer_id, task)

            return history(messages, turns, task, answer_of, bot_user=self.bot_user)

        said = await self._on_thread(read)
        text = task.text
        if not text and said and said[-1].role == "user":
            # A mention alone, under something that somebody asked.
            text, said = said[-1].content, said[:-1]
        return Question(text, history=said, filters=self._settings.filters(task.channel))

    async def _kept(self, job: Job, answer: Answer) -> StoredAnswer:
        """Store an answer. Where that fails, on a full disk say, it is given all the same."""
        task = job.task

        def keep() -> StoredAnswer:
            conversation = self._conversation_of(task)
            stored = self._store.append(
                answer, visitor=None, conversation_id=conversation, channel=Channel.SLACK
            )
            if not self._inbox.keep(
                task,
                job.owner,
                answer_id=stored.answer.id,
                conversation_id=stored.conversation_id,
            ):
                self._store.delete_answer(stored.answer.id)
                raise StaleError
            return stored

        job.check()
        try:
            stored = await self._on_thread(keep)
        except ConversationStoreError:
            logger.exception("Answer %s was given but not kept.", task.reference)
            stored = StoredAnswer(answer, "")
        self._settings.tell(task, stored.answer)
        return stored

    def _conversation_of(self, task: Task) -> str | None:
        """The conversation of a thread, unless it was erased."""
        turns = self._inbox.turns(task.channel, task.thread_ts) if task.thread_ts else []
        for turn in turns:
            if (found := turn.conversation_id) and self._store.conversation(found, visitor=None):
                return found
        return None

    async def _check_ours(self, job: Job) -> None:
        """Before it is shown: a process that slept for long may have lost it to another."""
        running = {job.task.id: job.task.revision}
        if not await self._on_thread(lambda: self._inbox.prolong(job.owner, running)):
            job.stop()
        job.check()

    async def _open_thread(self, job: Job) -> None:
        """Show a question of the App Home in the messages with the person who pressed it."""
        task = job.task
        message = plain_message(say(task.language, "You asked: {question}", question=task.text))
        response = await self._slack.call(
            "chat.postMessage",
            channel=task.person,
            text=message.text,
            blocks=list(message.blocks),
            **QUIET,
        )
        ts = str(response["ts"])
        channel = str(response["channel"])
        await self._on_thread(
            lambda: self._inbox.keep(task, job.owner, channel=channel, ts=ts, thread_ts=ts)
        )
        job.task = replace(task, channel=channel, ts=ts, thread_ts=ts)

    async def _adopt(self, job: Job) -> None:
        """Find the message that an earlier try sent without living to note it."""
        task = job.task
        if task.replies or not self._is_public(task):
            return
        response = await self._slack.call(
            "conversations.replies", channel=task.channel, ts=task.thread_ts, limit=MAX_READ
        )
        turns = await self._on_thread(lambda: self._inbox.turns(task.channel, task.thread_ts))
        known = {ts for turn in turns for ts in (turn.ts, *turn.replies)}
        lost = [
            ts
            for one in response.get("messages", [])
            if one.get("user") == self.bot_user
            and (ts := str(one["ts"])) not in known
            and before(task.ts, ts)
        ]
        if lost:
            await self._on_thread(lambda: self._inbox.keep(task, job.owner, replies=lost))
            job.task = replace(task, replies=tuple(lost))

    async def _erase(self, job: Job) -> None:
        """The question was deleted: so is what answered it."""
        await self._thread_reply(job).erase()
        if (answer_id := job.task.answer_id) is not None:
            await self._on_thread(lambda: self._store.delete_answer(answer_id))

    async def _share(self, job: Job) -> None:
        task = job.task
        stored = await self._read_answer(str(task.body.get("answer_id", "")), task)
        if stored is None:
            await self.tell(task, say(task.language, sentences.ERASED))
        elif await self._is_external(task):
            await self.tell(task, say(task.language, sentences.EXTERNAL))
        else:
            messages = answer_messages(
                stored.answer,
                public_url=self._settings.public_url,
                answer_id=stored.answer.id,
                lead=[asked_by(task.person, stored.answer.question, stored.answer.language)],
            )
            await self._thread_reply(job).finish(messages)

    async def _report(self, job: Job) -> None:
        since, until = digest.days(str(job.task.body["report"]))
        usage = await self._on_thread(lambda: self._store.usage(since=since, until=until))
        gaps = await self._on_thread(lambda: self._store.gaps(since=since, until=until))
        await self._thread_reply(job).finish([digest.message(usage, gaps, since, until)])

    async def _is_external(self, task: Task) -> bool:
        """Whether other organisations read a channel; events say so by themselves."""
        if self._settings.allow_external or task.ts or task.kind is Kind.STARTER:
            return False
        response = await self._slack.call("conversations.info", channel=task.channel)
        channel = response.get("channel", {})
        return bool(channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"))

    @staticmethod
    def _keeps_still(task: Task, answer: Answer) -> bool:
        """Whether a turn of a channel wants no reply: thanks, a greeting, talk among people."""
        is_direct = task.channel.startswith(DIRECT) or task.kind is not Kind.QUESTION
        return not is_direct and answer.kind in {TurnKind.COURTESY, TurnKind.NOISE}

    @staticmethod
    def _is_public(task: Task) -> bool:
        """Whether the answer is in a thread, and not for one person alone."""
        return task.kind in {Kind.QUESTION, Kind.STARTER}

    def _reply(self, job: Job) -> Reply:
        if job.reply is None:
            is_private = job.task.kind in {Kind.COMMAND, Kind.SHORTCUT}
            job.reply = self._private(job.task) if is_private else self._thread_reply(job)
        return job.reply

    def _thread_reply(self, job: Job) -> ThreadReply:
        task = job.task

        async def keep(replies: Sequence[str]) -> None:
            noted = list(replies)
            await self._on_thread(lambda: self._inbox.keep(task, job.owner, replies=noted))
            job.task = replace(job.task, replies=tuple(noted))

        return ThreadReply(
            self._slack,
            channel=task.channel,
            thread_ts=task.thread_ts,
            team=task.team,
            person=task.person,
            replies=task.replies,
            keep=keep,
            public_url=self._settings.public_url,
            # A question that nobody can see is shown first, with the whole answer.
            streams=self._settings.streaming and bool(task.ts),
            is_interrupted=task.attempts > 1,
            is_edited=task.revision > 0,
        )

    def _private(self, task: Task) -> PrivateReply:
        return PrivateReply(
            self._slack,
            person=task.person,
            channel=task.channel,
            thread_ts=task.thread_ts,
            response_url=task.body.get("response_url"),
        )

    def _answer_by_id(self, answer_id: str, task: Task) -> StoredAnswer | None:
        """A stored answer as it may be read in the channel of a task."""
        seen = SeenConversations(self._store, self._chat_for(task))
        return seen.answer(answer_id, visitor=None)

    async def _read_answer(self, answer_id: str | None, task: Task) -> StoredAnswer | None:
        if answer_id is None:
            return None
        return await self._on_thread(lambda: self._answer_by_id(answer_id, task))

    async def _on_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)
