"""Slack asks and is answered, before a fake Slack that judges every call."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator, Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import carried_doors
from app.conversations.records import Channel, Rating, Reason
from app.conversations.seen import WITHHELD
from app.errors import SettingsError
from app.questions import readable_question
from app.slack import reply as reply_module
from app.slack import sentences, work
from app.types import AnswerEvent, Claim, Question
from tests.builders_web import FakeChatService, make_abstention, make_answer
from tests.fake_slack import APP_TOKEN, BOT_TOKEN, BOT_USER, SECRET, TEAM, FakeSlack
from tests.live_server import PATIENCE_S
from tests.slack_rules import live_parts
from tests.slack_server import PUBLIC_URL, serving_slack, slack_settings, until_async

ASK = f"<@{BOT_USER}> What was bought?"
SENTENCE = "bought a chain of pharmacies"


@dataclass
class GatedChat(FakeChatService):
    """Says nothing until the gate opens; `asked` counts how many wait."""

    gate: threading.Event = field(default_factory=threading.Event)
    asked: int = 0

    def stream(self, question: Question) -> Iterator[AnswerEvent]:
        self.asked += 1
        self.gate.wait(PATIENCE_S)
        yield from super().stream(question)


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(minute_s=3.0, links=(PUBLIC_URL,)).running() as fake:
        yield fake
        assert fake.violations == []
        assert fake.refused() == []


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "SHORTEST_PAUSE_S", 0.1)
    monkeypatch.setattr(work, "FINISH_S", 0.2)
    monkeypatch.setattr(work, "POLL_S", 0.05)


# Asking


async def test_mention_comes_twice_and_is_answered_once_in_its_thread(
    tmp_path: Path, slack: FakeSlack
) -> None:
    async with serving_slack(tmp_path, slack) as server:
        message = await server.ask("C1", "U1", ASK)
        assert len(slack.acks) == 2
        await server.idle()
    (reply,) = slack.replies("C1", message.ts)
    assert SENTENCE in reply.shown
    assert [one.text for one in server.chat.questions] == ["What was bought?"]


async def test_direct_message_needs_no_mention(tmp_path: Path, slack: FakeSlack) -> None:
    async with serving_slack(tmp_path, slack) as server:
        message = await server.ask("D1", "U1", "What was bought?")
        await server.idle()
    assert len(slack.replies("D1", message.ts)) == 1


@pytest.mark.parametrize(("channel", "num_replies"), [("C1", 0), ("D1", 1)])
async def test_thanks_are_answered_in_direct_messages_only(
    tmp_path: Path, slack: FakeSlack, channel: str, num_replies: int
) -> None:
    async with serving_slack(tmp_path, slack) as server:
        thanks = replace(make_abstention("thanks!"), kind="courtesy", message="You are welcome.")
        server.chat.replies["thanks!"] = thanks
        text = "thanks!" if channel == "D1" else ASK.replace("What was bought?", "thanks!")
        message = await server.ask(channel, "U1", text)
        await server.idle()
        assert server.store.gaps() == []
    assert len(slack.replies(channel, message.ts)) == num_replies


async def test_answer_is_kept_as_one_from_slack(tmp_path: Path, slack: FakeSlack) -> None:
    async with serving_slack(tmp_path, slack) as server:
        server.chat.replies["Why?"] = make_abstention("Why?")
        await server.ask("D1", "U1", "Why?")
        await server.idle()
        (gap,) = server.store.gaps()
        assert gap.channel is Channel.SLACK


async def test_follow_up_in_the_thread_needs_no_mention_and_has_the_conversation(
    tmp_path: Path, slack: FakeSlack
) -> None:
    async with serving_slack(tmp_path, slack) as server:
        first = await server.ask("C1", "U1", ASK)
        await server.idle()
        await server.ask("C1", "U2", "And who sold it?", first.ts)
        await server.idle()
        followed = server.chat.questions[-1]
        assert followed.text == "And who sold it?"
        assert [one.role for one in followed.history] == ["user", "assistant"]
        assert followed.history[0].content == "What was bought?"
        assert SENTENCE in followed.history[1].content
        assert server.store.usage().asked == 2
    assert len(slack.replies("C1", first.ts)) == 2


@pytest.mark.parametrize(
    "text", ["Thanks, that helps.", "<@U7> what do you think?", "I will tell them."]
)
async def test_talk_among_people_in_the_thread_is_left_alone(
    tmp_path: Path, slack: FakeSlack, text: str
) -> None:
    async with serving_slack(tmp_path, slack) as server:
        first = await server.ask("C1", "U1", ASK)
        await server.idle()
        await server.ask("C1", "U2", text, first.ts)
        await server.idle()
    assert len(slack.replies("C1", first.ts)) == 1


async def test_follow_ups_can_be_switched_off(tmp_path: Path, slack: FakeSlack) -> None:
    async with serving_slack(tmp_path, slack, slack_follow_ups=False) as server:
        first = await server.ask("C1", "U1", ASK)
        await server.idle()
        await server.ask("C1", "U1", "And who sold it?", first.ts)
        await server.idle()
    assert len(server.chat.questions) == 1


async def test_thread_of_strangers_is_left_alone(tmp_path: Path, slack: FakeSlack) -> None:
    async with serving_slack(tmp_path, slack) as server:
        first = await server.ask("C1", "U1", "Does anybody know who sold it?")
        await server.ask("C1", "U2", "Who was it?", first.ts)
        await server.idle()
    assert server.chat.questions == []


async def test_what_people_wrote_before_the_mention_is_context(
    tmp_path: Path, slack: FakeSlack
) -> None:
    async with serving_slack(tmp_path, slack) as server:
        first = await server.ask("C1", "U1", "CVS &amp; Aetna are merging")
        await server.ask("C1", "U2", "When was it, <@U1>?", first.ts)
        await server.ask("C1", "U3", f"<@{BOT_USER}> has it been completed?", first.ts)
        await server.idle()
    (question,) = server.chat.questions
    assert [one.content for one in question.history] == [
        "CVS & Aetna are merging",
        "When was it, @someone?",
    ]


async def test_mention_alone_asks_what_stands_above_it(tmp_path: Path, slack: FakeSlack) -> None:
    async with serving_slack(tmp_path, slack) as server:
        first = await server.ask("C1", "U1", "Who sold it?")
        await server.ask("C1", "U2", f"<@{BOT_USER}>", first.ts)
        await server.idle()
    assert [one.text for one in server.chat.questions] == ["Who sold it?"]


async def test_mention_alone_gets_a_hint(tmp_path: Path, slack: FakeSlack) -> None:
    class Reading(FakeChatService):
        def stream(self, question: Question) -> Iterator[AnswerEvent]:
            readable_question(question.text)
            yield from super().stream(question)

    async with serving_slack(tmp_path, slack, Reading()) as server:
        message = await server.ask("C1", "U1", f"<@{BOT_USER}> ")
        await server.idle()
    assert slack.replies("C1", message.ts)[0].shown == sentences.EMPTY


async def test_edited_question_is_answered_again_in_the_same_message(
    tmp_path: Path, slack: FakeSlack
) -> None:
    async with serving_slack(tmp_path, slack) as server:
        message = await server.ask("C1", "U1", ASK)
        await server.idle()
        (before,) = slack.replies("C1", message.ts)
        event = slack.edit_event("C1", message.ts, f"<@{BOT_USER}> Who sold it?")
        await server.send(event)
        await server.send(event, retry=1)
        await server.idle()
    (after,) = slack.replies("C1", message.ts)
    assert after.ts == before.ts
    assert [one.text for one in server.chat.questions] == ["What was bought?", "Who sold it?"]


async def test_question_edited_while_it_is_answered_gets_the_answer_to_the_new_one(
    tmp_path: Path, slack: FakeSlack
) -> None:
    chat = FakeChatService(held=True)
    chat.replies["Who sold it?"] = make_answer(claims=(Claim("Nobody knows.", (1,)),))
    async with serving_slack(tmp_path, slack, chat) as server:
        message = await server.ask("C1", "U1", ASK)
        await until_async(lambda: bool(slack.replies("C1", message.ts)))
        chat.held = False
        await server.send(slack.edit_event("C1", message.ts, f"<@{BOT_USER}> Who sold it?"))
        await server.idle()
    (reply,) = slack.replies("C1", message.ts)
    assert "Nobody knows." in reply.shown
    assert SENTENCE not in reply.shown.partition("[1] <")[0]
    assert not reply.streaming


async def test_unfurled_link_is_no_edit(tmp_path: Path, slack: FakeSlack) -> None:
    async with serving_slack(tmp_path, slack) as server:
        message = await server.ask("C1", "U1", ASK)
        await server.idle()
        await server.send(slack.edit_event("C1", message.ts, ASK, unfurled=True))
        await server.idle()
    assert len(server.chat.questions) == 1


async def test_mention_added_by_an_edit_asks(tmp_path: Path, slack: FakeSlack) -> None:
    async with serving_slack(tmp_path, slack) as server:
        message = await server.ask("C1", "U1", "What was bought?")
        await server.send(slack.edit_event("C1", message.ts, ASK))
        await server.idle()
    assert len(slack.replies("C1", message.ts)) == 1


async def test_deleted_question_takes_its_answer_along(tmp_path: Path, slack: FakeSlack) -> None:
    async with serving_slack(tmp_path, slack) as server:
        message = await server.ask("C1", "U1", ASK)
        await server.idle()
        await server.send(slack.delete_event("C1", message.ts))
        await server.idle()
        assert server.store.usage().asked == 0
    assert slack.replies("C1", message.ts) == []


@pytest.mark.parametrize("fails", [False, True])
async def test_question_deleted_after_an_edit_leaves_no_answer_to_either_wording(
    tmp_path: Path, slack: FakeSlack, fails: bool
) -> None:
    async with serving_slack(tmp_path, slack) as server:
        message = await server.ask("C1", "U1", ASK)
        await server.idle()
        server.chat.error = RuntimeError("It broke.") if fails else None
        await server.send(slack.edit_event("C1", message.ts, f"<@{BOT_USER}> Who sold it?"))
        await server.idle()
        assert server.store.usage().asked == (0 if fails else 1), "the first wording is taken back"
        await server.send(slack.delete_event("C1", message.ts))
        await server.idle()
        assert server.store.usage().asked == 0


async def test_question_deleted_while_it_is_answered_leaves_nothing(
    tmp_path: Path, slack: FakeSlack
) -> None:
    chat = FakeChatService(held=True)
    async with serving_slack(tmp_path, slack, chat) as server:
        message = await server.ask("C1", "U1", ASK)
        await until_async(lambda: bool(slack.replies("C1", message.ts)))
        await server.send(slack.delete_event("C1", message.ts))
        await server.idle()
        await until_async(lambda: chat.closed == chat.opened)
    assert slack.replies("C1", message.ts) == []


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B9"},
        {"user": BOT_USER},
        {"subtype": "bot_message", "bot_id": "B9"},
        {"subtype": "channel_join"},
        {"subtype": "channel_topic"},
        {"subtype": "reminder_add"},
    ],
)
async def test_programs_and_joins_are_ignored(
    tmp_path: Path, slack: FakeSlack, more: dict[str, Any]
) -> None:
    async with serving_slack(tmp_path, slack) as server:
        message = slack.post("C1", "U1", ASK)
        for event in slack.message_events("C1", message, **more):
            await server.send(event)
        await server.idle()
    assert server.chat.questions == []


async def test_command_answers_one_person_who_may_share_it_once(
    tmp_path: Path, slack: FakeSlack
) -> None:
    async with serving_slack(tmp_path, slack) as server:
        ack = await server.send(slack.command("U1", "C1", "What was bought?"))
        assert "Searching" in ack.body
        await server.idle()
        (private,) = slack.ephemeral
        assert private["response_type"] == "ephemeral"
        assert slack.channels["C1"] == {}
        (share,) = [
            one["value"] for one in private["blocks"][-1]["elements"] if one["action_id"] == "share"
        ]
        for _ in range(2):
            await server.send(slack.press("U1", "C1", "share", share))
        await server.idle()
    (shared,) = slack.channels["C1"].values()
    assert SENTENCE in shared.shown
    assert "asked: What was bought?" in shared.shown


async def test_sharing_where_the_bot_is_no_member_is_said(tmp_path: Path, slack: FakeSlack) -> None:
    slack.not_member.add("C1")
    async with serving_slack(tmp_path, slack) as server:
        await server.send(slack.command("U1", "C1", "What was bought?"))
        await server.idle()
        share = slack.ephemeral[0]["blocks"][-1]["elements"][-1]["value"]
        await server.send(slack.press("U1", "C1", "share", share))
        await server.idle()
    assert slack.ephemeral[-1]["blocks"][0]["elements"][0]["elements"][0]["text"] == (
        sentences.NOT_HERE
    )


async def test_command_without_words_gets_a_hint(tmp_path: Path, slack: FakeSlack) -> None:
    async with serving_slack(tmp_path, slack) as server:
        ack = await server.send(slack.command("U1", "C1", " "))
        await server.idle()
    assert sentences.EMPTY in ack.body
    assert server.chat.questions == []


@pytest.mark.parametrize("where", ["private", "thread"])
async def test_shortcut_asks_about_a_message(tmp_path: Path, slack: FakeSlack, where: str) -> None:
    async with serving_slack(tmp_path, slack) as server:
        message = slack.post("C1", "U2", "They bought it, see <https://x.example|here>")
        await server.send(slack.shortcut("U1", "C1", message))
        await until_async(lambda: bool(slack.views))
        (view,) = slack.views
        assert view["blocks"][0]["element"]["initial_value"] == "They bought it, see here"
        values = {
            "question": {"written": {"value": "What was bought?"}},
            "where": {"chosen": {"selected_option": {"value": where}}},
        }
        await server.send(slack.submit("U1", view, values))
        await server.idle()
    if where == "private":
        assert slack.replies("C1", message.ts) == []
        (private,) = slack.ephemeral
        assert (private["user"], private["thread_ts"]) == ("U1", message.ts)
    else:
        (reply,) = slack.replies("C1", message.ts)
        assert "asked: What was bought?" in reply.shown


async def test_empty_form_of_the_shortcut_stays_open(tmp_path: Path, slack: FakeSlack) -> None:
    async with serving_slack(tmp_path, slack) as server:
        message = slack.post("C1", "U2", "")
        await server.send(slack.shortcut("U1", "C1", message))
        await until_async(lambda: bool(slack.views))
        values = {
            "question": {"written": {"value": " "}},
            "where": {"chosen": {"selected_option": {"value": "private"}}},
        }
        ack = await server.send(slack.submit("U1", slack.views[0], values))
    assert json.loads(ack.body)["response_action"] == "errors"


async def test_home_offers_questions_that_answer_in_the_messages(
    tmp_path: Path, slack: FakeSlack
) -> None:
    async with serving_slack(tmp_path, slack) as server:
        await server.send(
            slack.event({"type": "app_home_opened", "user": "U1", "tab": "home", "channel": "D1"})
        )
        await until_async(lambda: "U1" in slack.homes)
        buttons = [
            one
            for block in slack.homes["U1"]["blocks"]
            if block["type"] == "actions"
            for one in block["elements"]
        ]
        assert [one["value"] for one in buttons] == ["What was bought?", "Who bought it?"]
        await server.send(slack.press("U1", "", buttons[0]["action_id"], buttons[0]["value"]))
        await server.idle()
    asked, answered = slack.channels["D1"].values()
    assert asked.shown == "You asked: What was bought?"
    assert answered.thread_ts == asked.ts
    assert SENTENCE in answered.shown


# Answering


async def test_sentences_are_streamed_as_they_are_found(tmp_path: Path, slack: FakeSlack) -> None:
    chat = FakeChatService(held=True)
    async with serving_slack(tmp_path, slack, chat) as server:
        message = await server.ask("C1", "U1", ASK)
        await until_async(lambda: bool(slack.replies("C1", message.ts)))
        (growing,) = slack.replies("C1", message.ts)
        assert growing.streaming
        assert SENTENCE in growing.shown
        assert "billion" not in growing.shown
        chat.held = False
        await server.idle()
    (reply,) = slack.replies("C1", message.ts)
    assert not reply.streaming
    assert "The price was $70 billion." in reply.shown
    assert "Show evidence" in reply.shown
    assert [one.method for one in slack.calls if one.method.endswith("Stream")] == [
        "chat.startStream",
        "chat.stopStream",
    ]
    assert (("C1", message.ts, sentences.SEARCHING)) in slack.statuses


@pytest.mark.parametrize("fault", ["", "lost", "down", "500"])
async def test_sentences_that_come_slowly_are_appended_each_once(
    tmp_path: Path, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    class Slow(FakeChatService):
        def stream(self, question: Question) -> Iterator[AnswerEvent]:
            for event in super().stream(question):
                yield event
                self.pause.wait(0.3)

    monkeypatch.setattr(reply_module, "APPEND_EVERY_S", 0.05)
    monkeypatch.setattr(reply_module, "EDIT_EVERY_S", 0.05)
    slack.faults["chat.appendStream"].append(fault)
    chat = Slow()
    async with serving_slack(tmp_path, slack, chat) as server:
        message = await server.ask("C1", "U1", ASK)
        await server.idle()
    (reply,) = slack.replies("C1", message.ts)
    assert not reply.streaming
    for claim in make_answer().claims:
        assert reply.shown.count(claim.text) == 1
    assert len(slack.called("chat.appendStream")) >= (1 if fault in {"", "lost"} else 0)
    assert len(chat.questions) == 1, "a sentence that was not shown stops no answer"


@pytest.mark.parametrize("error", ["unknown_method", "missing_scope", "invalid_chunks"])
async def test_without_streaming_one_message_is_edited(
    tmp_path: Path, slack: FakeSlack, error: str
) -> None:
    slack.unsupported["chat.startStream"] = error
    chat = FakeChatService(held=True)
    async with serving_slack(tmp_path, slack, chat) as server:
        message = await server.ask("C1", "U1", ASK)
        await until_async(lambda: bool(slack.replies("C1", message.ts)))
        chat.held = False
        await server.idle()
        again = await server.ask("C1", "U2", ASK)
        await server.idle()
    (reply,) = slack.replies("C1", message.ts)
    assert reply.versions >= 2
    assert "The price was $70 billion." in reply.shown
    assert len([one for one in slack.calls if one.method == "chat.startStream"]) == 1
    assert len(slack.replies("C1", again.ts)) == 1


async def test_without_status_a_message_says_what_goes_on(tmp_path: Path, slack: FakeSlack) -> None:
    slack.unsupported["assistant.threads.setStatus"] = "not_allowed_token_type"
    chat = GatedChat()
    async with serving_slack(tmp_path, slack, chat) as server:
        message = await server.ask("C1", "U1", ASK)
        await until_async(lambda: bool(slack.replies("C1", message.ts)))
        assert slack.replies("C1", message.ts)[0].shown == "Searching the sources…"
        chat.gate.set()
        await server.idle()
    (reply,) = slack.replies("C1", message.ts)
    assert SENTENCE in reply.shown


async def test_stream_that_ended_by_itself_is_completed_by_an_edit(tmp_path: Path) -> None:
    async with FakeSlack(
        minute_s=3.0, stream_silence_s=0.3, links=(PUBLIC_URL,)
    ).running() as slack:
        chat = FakeChatService(held=True)
        async with serving_slack(tmp_path, slack, chat) as server:
            message = await server.ask("C1", "U1", ASK)
            await until_async(lambda: bool(slack.replies("C1", message.ts)))
            await asyncio.sleep(0.5)
            chat.held = False
            await server.idle()
        (reply,) = slack.replies("C1", message.ts)
        assert "The price was $70 billion." in reply.shown
        assert slack.violations == []


async def test_abstention_shows_what_came_near(tmp_path: Path, slack: FakeSlack) -> None:
    async with serving_slack(tmp_path, slack) as server:
        server.chat.replies["Why?"] = make_abstention("Why?")
        message = await server.ask("D1", "U1", "Why?")
        await server.idle()
    shown = slack.replies("D1", message.ts)[0].shown
    assert "The sources do not say." in shown
    assert "Near, but not an answer:" in shown
    assert "Nobody knows yet whether it pays." in shown


async def test_evidence_opens_the_quotes(tmp_path: Path, slack: FakeSlack) -> None:
    async with serving_slack(tmp_path, slack) as server:
        message = await server.ask("C1", "U1", ASK)
        await server.idle()
        value = _button(slack, "C1", message.ts, "evidence")
        await server.send(slack.press("U2", "C1", "evidence", value))
        await until_async(lambda: bool(slack.views))
        quotes = [
            part["elements"][0]["text"]
            for block in slack.views[0]["blocks"]
            if block["type"] == "rich_text"
            for part in block["elements"]
        ]
        assert quotes == [one.quote for one in make_answer().citations]


async def test_evidence_is_withheld_where_the_channel_may_no_longer_see_it(
    tmp_path: Path, slack: FakeSlack
) -> None:
    class Restricted(FakeChatService):
        hidden = False

        def hides(self, document_ids: Collection[str], groups: Collection[str] = ()) -> bool:
            return self.hidden

    chat = Restricted()
    async with serving_slack(tmp_path, slack, chat) as server:
        message = await server.ask("C1", "U1", ASK)
        await server.idle()
        value = _button(slack, "C1", message.ts, "evidence")
        chat.hidden = True
        await server.send(slack.press("U2", "C1", "evidence", value))
        await until_async(lambda: bool(slack.views))
        (view,) = slack.views
    assert WITHHELD in str(view)
    for citation in make_answer().citations:
        assert citation.quote not in str(view)


async def test_thumbs_with_reasons_are_kept_for_each_person(
    tmp_path: Path, slack: FakeSlack
) -> None:
    async with serving_slack(tmp_path, slack) as server:
        message = await server.ask("C1", "U1", ASK)
        await server.idle()
        value = _button(slack, "C1", message.ts, "thumbs_up")
        await server.send(slack.press("U1", "C1", "thumbs_up", value))
        await server.send(slack.press("U2", "C1", "thumbs_down", value))
        await until_async(lambda: bool(slack.views))
        values = {
            "reasons": {"chosen": {"selected_options": [{"value": "outdated"}]}},
            "comment": {"written": {"value": "It is of 2018."}},
        }
        await server.send(slack.submit("U2", slack.views[0], values))
        await server.idle()
        given = server.store.rating(value, visitor=f"slack:{TEAM}:U2")
        assert given is not None
        assert (given.rating, given.reasons) == (Rating.DOWN, (Reason.OUTDATED,))
        assert given.comment == "It is of 2018."
        usage = server.store.usage()
        assert (usage.up, usage.down) == (1, 1)


async def test_buttons_of_an_erased_answer_say_so(tmp_path: Path, slack: FakeSlack) -> None:
    async with serving_slack(tmp_path, slack) as server:
        for action in ("evidence", "thumbs_up", "thumbs_down"):
            await server.send(slack.press("U1", "C1", action, "f" * 32))
        await until_async(lambda: len(slack.ephemeral) == 3)
        assert {one["text"] for one in slack.ephemeral} == {sentences.ERASED}


# Right once


async def test_event_sent_four_times_at_once_is_answered_once(
    tmp_path: Path, slack: FakeSlack
) -> None:
    async with serving_slack(tmp_path, slack) as server:
        message = slack.post("C1", "U1", ASK)
        events = slack.message_events("C1", message)
        await asyncio.gather(
            *(server.send(event, retry=retry) for retry in range(4) for event in events)
        )
        await server.idle()
    assert len(slack.replies("C1", message.ts)) == 1
    assert len(server.chat.questions) == 1


async def test_event_repeated_after_a_restart_and_to_a_second_server_is_answered_once(
    tmp_path: Path, slack: FakeSlack
) -> None:
    message = slack.post("C1", "U1", ASK)
    (mention, plain) = slack.message_events("C1", message)
    async with serving_slack(tmp_path, slack) as server:
        await server.send(mention)
        await server.idle()
    async with serving_slack(tmp_path, slack) as one, serving_slack(tmp_path, slack) as other:
        await asyncio.gather(
            one.send(mention, retry=1), other.send(mention, retry=2), other.send(plain)
        )
        await one.idle()
        await other.idle()
    assert len(slack.replies("C1", message.ts)) == 1


async def test_message_that_arrived_although_the_call_failed_is_not_sent_twice(
    tmp_path: Path, slack: FakeSlack
) -> None:
    slack.faults["chat.postMessage"].append("lost")
    async with serving_slack(tmp_path, slack) as server:
        message = await server.ask("C1", "U1", ASK)
        await server.idle()
    (reply,) = slack.replies("C1", message.ts)
    assert SENTENCE in reply.shown
    assert len(server.chat.questions) == 1


async def test_slack_that_is_down_for_a_while_loses_no_answer(
    tmp_path: Path, slack: FakeSlack
) -> None:
    slack.faults["chat.postMessage"].extend(["500", "down"])
    async with serving_slack(tmp_path, slack) as server:
        message = await server.ask("C1", "U1", ASK)
        await server.idle()
    assert len(slack.replies("C1", message.ts)) == 1
    assert len(server.chat.questions) == 1, "the answer was found before"


async def test_slack_that_asks_for_patience_gets_it(tmp_path: Path) -> None:
    async with FakeSlack(minute_s=3.0, links=(PUBLIC_URL,)).running() as slack:
        slack.faults["chat.postMessage"].extend(["429:0.4", "429:0.2"])
        async with serving_slack(tmp_path, slack) as server:
            message = await server.ask("C1", "U1", ASK)
            await server.idle()
        assert len(slack.replies("C1", message.ts)) == 1
        assert slack.violations == []
        assert len(slack.refused()) == 2


async def test_slack_that_is_not_well_is_tried_again(tmp_path: Path, slack: FakeSlack) -> None:
    slack.unsupported["chat.postMessage"] = "internal_error"
    async with serving_slack(tmp_path, slack) as server:
        message = await server.ask("C1", "U1", ASK)
        await until_async(lambda: any(one.result == "internal_error" for one in slack.calls))
        del slack.unsupported["chat.postMessage"]
        await server.idle()
    assert len(slack.replies("C1", message.ts)) == 1


@pytest.mark.parametrize(
    ("code", "said"),
    [("restricted_action", "I am sorry"), ("not_in_channel", "I am not in this channel")],
)
async def test_answer_that_slack_does_not_let_through_is_told_to_the_person(
    tmp_path: Path, slack: FakeSlack, code: str, said: str
) -> None:
    slack.unsupported["chat.postMessage"] = code
    async with serving_slack(tmp_path, slack) as server:
        await server.ask("C1", "U1", ASK)
        await server.idle()
    (told,) = slack.ephemeral
    assert told["user"] == "U1"
    assert said in told["text"]


async def test_server_that_is_stopped_leaves_what_it_began_to_the_next(
    tmp_path: Path, slack: FakeSlack
) -> None:
    chat = FakeChatService(held=True)
    async with serving_slack(tmp_path, slack, chat) as server:
        message = await server.ask("C1", "U1", ASK)
        waiting = await server.ask("D1", "U2", "Who sold it?")
        await until_async(lambda: bool(slack.replies("C1", message.ts)))
    assert slack.replies("C1", message.ts)[0].streaming
    await until_async(lambda: chat.closed == chat.opened)
    async with serving_slack(tmp_path, slack) as server:
        await server.idle()
    (reply,) = slack.replies("C1", message.ts)
    assert not reply.streaming
    assert "The price was $70 billion." in reply.shown
    assert len(slack.replies("D1", waiting.ts)) == 1


async def test_follow_up_waits_for_the_answer_before_it(tmp_path: Path, slack: FakeSlack) -> None:
    chat = GatedChat()
    async with serving_slack(tmp_path, slack, chat) as server:
        first = await server.ask("C1", "U1", ASK)
        await server.ask("C1", "U1", "And who sold it?", first.ts)
        await until_async(lambda: chat.asked == 1)
        chat.gate.set()
        await server.idle()
    assert [len(one.history) for one in chat.questions] == [0, 2]


async def test_what_breaks_is_told_once_with_a_reference_that_the_log_knows(
    tmp_path: Path, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    chat = FakeChatService(error=RuntimeError("the disk is on fire"))
    async with serving_slack(tmp_path, slack, chat) as server:
        message = await server.ask("C1", "U1", ASK)
        await server.idle()
    (reply,) = slack.replies("C1", message.ts)
    reference = reply.shown.removesuffix(".").rpartition(" ")[2]
    assert reply.shown == sentences.apology(reference)
    (record,) = [one for one in caplog.records if reference in one.getMessage()]
    assert record.exc_info is not None
    assert "on fire" in str(record.exc_info[1])
    assert "on fire" not in reply.shown


async def test_what_breaks_midway_leaves_the_sentences_that_were_shown(
    tmp_path: Path, slack: FakeSlack
) -> None:
    chat = FakeChatService(held=True, late_error=RuntimeError("gone"))
    async with serving_slack(tmp_path, slack, chat) as server:
        message = await server.ask("C1", "U1", ASK)
        await until_async(lambda: bool(slack.replies("C1", message.ts)))
        chat.held = False
        await server.idle()
    (reply,) = slack.replies("C1", message.ts)
    assert SENTENCE in reply.shown
    assert "I am sorry" in reply.shown
    assert not reply.streaming


async def test_answer_that_takes_too_long_is_told(tmp_path: Path, slack: FakeSlack) -> None:
    chat = FakeChatService(held=True)
    async with serving_slack(tmp_path, slack, chat, answer_timeout_s=0.6) as server:
        message = await server.ask("C1", "U1", ASK)
        await server.idle()
        chat.held = False
    (reply,) = slack.replies("C1", message.ts)
    assert "took longer than 0.6 s" in reply.shown


async def test_who_waits_is_told_how_many_come_first(tmp_path: Path, slack: FakeSlack) -> None:
    chat = GatedChat()
    async with serving_slack(tmp_path, slack, chat, slack_workers=1) as server:
        for number in range(3):
            await server.ask("C1", f"U{number}", ASK)
        await until_async(lambda: any("is busy: 2" in one[2] for one in slack.statuses))
        ack = await server.send(slack.command("U9", "C1", "What was bought?"))
        chat.gate.set()
        await server.idle()
    assert "3 questions before it" in ack.body


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"slack_user_limit": 2}, "You have asked 2 questions"),
        ({"slack_channel_limit": 2}, "2 questions were asked in this channel"),
    ],
)
async def test_too_many_questions_get_a_kind_sentence_that_one_person_sees(
    tmp_path: Path, slack: FakeSlack, limits: dict[str, int], said: str
) -> None:
    async with serving_slack(tmp_path, slack, **limits) as server:
        messages = [await server.ask("C1", "U1", ASK) for _ in range(3)]
        await server.idle()
    assert [len(slack.replies("C1", one.ts)) for one in messages] == [1, 1, 0]
    (told,) = slack.ephemeral
    assert said in told["text"]
    assert (told["user"], told["thread_ts"]) == ("U1", messages[2].ts)


# Safe


async def test_shared_channel_is_refused_unless_allowed(tmp_path: Path, slack: FakeSlack) -> None:
    slack.external.add("C1")
    async with serving_slack(tmp_path / "a", slack) as server:
        await server.ask("C1", "U1", ASK)
        await server.send(slack.command("U1", "C1", "What was bought?"))
        await server.idle()
        share = slack.ephemeral[-1]["blocks"][-1]["elements"][-1]["value"]
        await server.send(slack.press("U1", "C1", "share", share))
        await server.idle()
    told = [one["text"] for one in slack.ephemeral]
    assert told.count(sentences.EXTERNAL) == 2
    assert all(not one.is_ours for one in slack.channels["C1"].values())
    async with serving_slack(tmp_path / "b", slack, slack_allow_external=True) as server:
        message = await server.ask("C1", "U1", ASK)
        await server.idle()
    assert len(slack.replies("C1", message.ts)) == 1


async def test_channel_decides_what_may_be_searched(tmp_path: Path, slack: FakeSlack) -> None:
    filters = {"C1": {"publishers": ["Example Review"]}}
    async with serving_slack(tmp_path, slack, slack_channel_filters=filters) as server:
        await server.ask("C1", "U1", ASK)
        await server.ask("C2", "U1", ASK)
        await server.idle()
    assert [one.filters.publishers for one in server.chat.questions] == [("Example Review",), ()]


async def test_nothing_in_a_document_becomes_live(tmp_path: Path, slack: FakeSlack) -> None:
    bad = "Tell <!channel> and <@U1>, @here: <https://evil.example|click> http://evil.example *x*"
    async with serving_slack(tmp_path, slack) as server:
        answer = make_answer()
        server.chat.replies["What was bought?"] = make_answer(
            claims=(Claim(bad, (1,)), *answer.claims[1:])
        )
        message = await server.ask("C1", "U1", ASK)
        await server.idle()
    (reply,) = slack.replies("C1", message.ts)
    assert bad in reply.shown
    assert all(one.startswith(PUBLIC_URL) for one in live_parts({"blocks": reply.blocks}))


async def test_no_token_is_ever_logged(
    tmp_path: Path, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    slack.faults["chat.postMessage"].extend(["500", "down"])
    async with serving_slack(tmp_path, slack) as server:
        await server.ask("C1", "U1", ASK)
        await server.send(slack.command("U1", "C1", "What was bought?"))
        await server.idle()
    logged = caplog.text
    assert "is tried again" in logged
    for secret in (BOT_TOKEN, APP_TOKEN, SECRET, "ticket=", "/respond/"):
        assert secret not in logged


async def test_settings_that_are_half_there_are_refused(tmp_path: Path, slack: FakeSlack) -> None:
    settings = slack_settings(tmp_path, slack, slack_bot_token=None)
    with pytest.raises(SettingsError, match="ACCORD_SLACK_BOT_TOKEN is not"):
        carried_doors(settings, FakeChatService(), None)  # type: ignore[arg-type]


def _button(slack: FakeSlack, channel: str, ts: str, action_id: str) -> str:
    (reply,) = slack.replies(channel, ts)
    (value,) = [
        one["value"] for one in reply.blocks[-1]["elements"] if one["action_id"] == action_id
    ]
    return str(value)
