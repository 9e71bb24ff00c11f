"""How an answer is shown in Slack: while it grows, or as a whole."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

from app.languages.catalogue import marked
from app.slack.blocks import Block, shortened
from app.slack.calls import SlackCalls
from app.slack.errors import SlackRefusedError, SlackUnavailableError
from app.slack.markup import inert
from app.slack.render import MAX_TEXT, Draft, Piece, SlackMessage, plain_message

logger = logging.getLogger(__name__)

APPEND_EVERY_S = 1.2
EDIT_EVERY_S = 3.0
"""Edits share 50 a minute in the whole workspace."""
QUIET = {"unfurl_links": False, "unfurl_media": False}
"""A preview fetches an address that a document may have named."""
WORKING = marked("Searching the sources…")
AGAIN = marked("The question was changed. Searching again…")
STATUS = "assistant.threads.setStatus"
STREAM = "chat.startStream"
OF_THE_PLACE = frozenset(
    {"channel_not_found", "not_in_channel", "is_archived", "invalid_thread_ts"}
)
"""Refusals that say nothing about other places."""
GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""The message that was to be changed cannot be: somebody deleted it."""

Keep = Callable[[Sequence[str]], Awaitable[None]]


class Reply(Protocol):
    """Where an answer is shown."""

    async def status(self, text: str) -> None:
        """Show what is being done, if there is a place for that."""
        ...

    async def show(self, pieces: Sequence[Piece]) -> None:
        """Accept more sentences, and show them if the pace allows it."""
        ...

    async def show_waiting(self) -> None:
        """Show accepted sentences that were not shown yet, if the pace allows it."""
        ...

    async def finish(self, messages: Sequence[SlackMessage]) -> None:
        """Show the whole answer; the last call."""
        ...

    async def break_off(self, message: SlackMessage) -> None:
        """Show that the answer was interrupted; sentences that were shown stay."""
        ...


class ThreadReply:
    """An answer in a thread: streamed where Slack allows it, else one message that is edited."""

    def __init__(
        self,
        slack: SlackCalls,
        *,
        channel: str,
        thread_ts: str,
        team: str,
        person: str,
        replies: Sequence[str],
        keep: Keep,
        public_url: str | None,
        streams: bool,
        is_interrupted: bool = False,
        is_edited: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Store the arguments; sending begins with `status`, `show` or `finish`.

        Args:
            slack: The workspace.
            channel: Where.
            thread_ts: Under which message.
            team: Workspace of the person.
            person: Who asked.
            replies: Messages that show an earlier answer to the same question; they are reused.
            keep: Called with all messages whenever there is a new one.
            public_url: Where links to sources lead.
            streams: Whether Slack's streaming may be used.
            is_interrupted: The worker that sent those messages may have died while it did.
            is_edited: Those messages answer the question as it was before.
            clock: Monotonic seconds.
        """
        self._slack = slack
        self._channel = channel
        self._thread_ts = thread_ts
        self._recipient = {"recipient_team_id": team, "recipient_user_id": person}
        self._replies = list(replies)
        self._keep = keep
        self._streams = streams
        self._clock = clock
        self._is_interrupted = is_interrupted
        self._is_edited = is_edited
        self._is_streaming = False
        self._draft = Draft(public_url)
        self._is_full = False
        self._num_shown = 0
        """Blocks of the draft that are shown."""
        self._shown_at = float("-inf")

    async def status(self, text: str) -> None:
        """Show a status under the question, or a message that will become the answer."""
        if self._replies:
            if self._is_edited:
                # What stands there answers an earlier wording.
                await self._edit_now(plain_message(AGAIN))
            return
        await show_status(self._slack, self._channel, self._thread_ts, text)
        if not self._slack.is_supported(STATUS):
            await self._post(plain_message(WORKING))

    async def show(self, pieces: Sequence[Piece]) -> None:
        """Accept sentences, and show waiting ones if the pace allows it."""
        for piece in pieces:
            # What does not fit into the first message waits for the whole answer.
            self._is_full = self._is_full or not self._draft.add(piece)
        await self.show_waiting()

    async def show_waiting(self) -> None:
        """Show the sentences taken so far, unless that would be too soon for Slack."""
        waiting = self._draft.blocks[self._num_shown :]
        pause_s = APPEND_EVERY_S if self._is_streaming else EDIT_EVERY_S
        if not waiting or self._clock() - self._shown_at < pause_s:
            return
        if self._is_streaming:
            shown = await self._append(waiting)
        elif self._replies:
            shown = await self._edit_now(self._so_far())
        else:
            shown = await self._start(waiting)
            if not shown:
                await self._post(self._so_far())
                shown = True
        if shown:
            self._num_shown += len(waiting)
            self._shown_at = self._clock()

    async def finish(self, messages: Sequence[SlackMessage]) -> None:
        """Complete the first message, send the others, and delete superfluous ones."""
        first, *others = messages
        if self._is_streaming:
            await self._stop(first)
        elif self._replies:
            await self._replace(0, first)
        else:
            await self._post(first)
        for number, message in enumerate(others, start=1):
            if number < len(self._replies):
                await self._replace(number, message)
            else:
                await self._post(message)
        await self.erase(all_but=len(messages))

    async def break_off(self, message: SlackMessage) -> None:
        """End with a notice, after the sentences that were found and their sources."""
        blocks = [*self._draft.blocks, *self._draft.sources(), *message.blocks]
        await self.finish([SlackMessage(message.text, tuple(blocks))])

    async def withdraw(self) -> None:
        """Remove the status, and messages that answered an earlier wording."""
        await self.erase()
        await show_status(self._slack, self._channel, self._thread_ts, "")

    async def erase(self, *, all_but: int = 0) -> None:
        """Delete the messages that show the answer, but for the first few."""
        await self._end_stream()
        while len(self._replies) > all_but:
            with suppress(SlackRefusedError):  # somebody else has deleted it
                await self._slack.call("chat.delete", channel=self._channel, ts=self._replies[-1])
            self._replies.pop()
            await self._keep(self._replies)

    async def _start(self, blocks: Sequence[Block]) -> bool:
        """Begin to stream; False where that is not possible now."""
        if not self._streams or not self._slack.is_supported(STREAM):
            return False
        try:
            response = await self._slack.call_now(
                STREAM,
                channel=self._channel,
                thread_ts=self._thread_ts,
                chunks=_chunks(blocks),
                **self._recipient,
            )
        except SlackRefusedError as error:
            if error.code not in OF_THE_PLACE:
                self._slack.mark_unsupported(STREAM, error)
            return False
        if response is None:
            return False
        self._is_streaming = True
        await self._note(response)
        return True

    async def _append(self, blocks: Sequence[Block]) -> bool:
        try:
            response = await self._slack.call_now(
                "chat.appendStream",
                channel=self._channel,
                ts=self._replies[0],
                chunks=_chunks(blocks),
            )
        except (SlackRefusedError, SlackUnavailableError) as error:
            # A stream that was silent for minutes has ended by itself, and what Slack did not
            # answer may have arrived: from now on the message is edited as a whole.
            logger.info("A stream is not continued: %s", error)
            self._is_streaming = False
            self._is_interrupted = True
            return False
        return response is not None

    async def _stop(self, message: SlackMessage) -> None:
        """End the stream with all that is not shown yet: sources, notes, buttons."""
        shown = self._draft.blocks[: self._num_shown]
        rest = list(message.blocks[self._num_shown :])
        if list(message.blocks[: self._num_shown]) == shown:
            self._is_streaming = False
            with suppress(SlackRefusedError):
                await self._slack.call(
                    "chat.stopStream", channel=self._channel, ts=self._replies[0], blocks=rest
                )
                return
        await self._end_stream()
        await self._replace(0, message)

    async def _end_stream(self) -> None:
        """End a stream of ours, also one that a worker left behind which died."""
        if self._is_streaming or (self._is_interrupted and self._replies):
            self._is_streaming = self._is_interrupted = False
            with suppress(SlackRefusedError):  # it has ended by itself
                await self._slack.call(
                    "chat.stopStream", channel=self._channel, ts=self._replies[0]
                )

    async def _post(self, message: SlackMessage) -> None:
        place = {"thread_ts": self._thread_ts} if self._thread_ts else {}
        response = await self._slack.call(
            "chat.postMessage", channel=self._channel, **place, **_content(message), **QUIET
        )
        await self._note(response)

    async def _replace(self, number: int, message: SlackMessage) -> None:
        """Change a message; send it again where it is gone."""
        await self._end_stream()
        ts = self._replies[number]
        try:
            await self._slack.call("chat.update", channel=self._channel, ts=ts, **_content(message))
        except SlackRefusedError as error:
            if error.code not in GONE:
                raise
            del self._replies[number]
            await self._post(message)
            self._replies.insert(number, self._replies.pop())
            await self._keep(self._replies)

    async def _edit_now(self, message: SlackMessage) -> bool:
        """Change the first message if there is time for that; False if not."""
        await self._end_stream()
        try:
            response = await self._slack.call_now(
                "chat.update", channel=self._channel, ts=self._replies[0], **_content(message)
            )
        except (SlackRefusedError, SlackUnavailableError):
            return False
        return response is not None

    async def _note(self, response: Mapping[str, Any]) -> None:
        self._replies.append(str(response["ts"]))
        await self._keep(self._replies)

    def _so_far(self) -> SlackMessage:
        blocks = self._draft.blocks
        return SlackMessage(text_of(blocks), tuple(blocks))


class PrivateReply:
    """An answer that one person sees."""

    def __init__(
        self,
        slack: SlackCalls,
        *,
        person: str,
        channel: str,
        thread_ts: str,
        response_url: str | None,
    ) -> None:
        self._slack = slack
        self._person = person
        self._place = {"channel": channel, **({"thread_ts": thread_ts} if thread_ts else {})}
        self._response_url = response_url

    async def status(self, text: str) -> None:
        """Do nothing: the acknowledgement has shown it."""

    async def show(self, pieces: Sequence[Piece]) -> None:
        """Do nothing: such a message cannot grow."""

    async def show_waiting(self) -> None:
        """Do nothing."""

    async def finish(self, messages: Sequence[SlackMessage]) -> None:
        """Show it where the question was asked, else in the messages with this person."""
        for number, message in enumerate(messages):
            await self._send(message, replaces=number == 0)

    async def break_off(self, message: SlackMessage) -> None:
        """Show the notice instead of an answer."""
        await self.finish([message])

    async def _send(self, message: SlackMessage, *, replaces: bool) -> None:
        content = {**_content(message), **QUIET}
        if self._response_url is not None:
            try:
                await self._slack.respond(
                    self._response_url,
                    {"response_type": "ephemeral", "replace_original": replaces, **content},
                )
            except SlackRefusedError:
                # Used up, or older than half an hour.
                self._response_url = None
            else:
                return
        try:
            await self._slack.call(
                "chat.postEphemeral", user=self._person, **self._place, **content
            )
        except SlackRefusedError:
            # The bot is no member of that channel.
            await self._slack.call("chat.postMessage", channel=self._person, **content)


async def show_status(slack: SlackCalls, channel: str, thread_ts: str, text: str) -> None:
    """Show a status under a message, if Slack takes one now."""
    if not slack.is_supported(STATUS):
        return
    try:
        await slack.call_now(STATUS, channel_id=channel, thread_ts=thread_ts, status=text)
    except SlackRefusedError as error:
        if error.code not in OF_THE_PLACE:
            slack.mark_unsupported(STATUS, error)
    except SlackUnavailableError as error:
        logger.debug("A status was not shown: %s", error)


def text_of(blocks: Sequence[Block]) -> str:
    """The words of rich text, for where blocks are not shown."""
    parts = [
        element["text"]
        for block in blocks
        for paragraph in block.get("elements", [])
        for element in paragraph.get("elements", [])
    ]
    return inert(shortened(" ".join(parts), MAX_TEXT))


def _content(message: SlackMessage) -> dict[str, Any]:
    return {"text": message.text, "blocks": list(message.blocks)}


def _chunks(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    return [{"type": "blocks", "blocks": list(blocks)}]
