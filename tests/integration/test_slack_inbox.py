"""The inbox gives each thing to one worker, in SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from app.conversations.store import ConversationStore
from app.slack.inbox import Inbox
from app.slack.task_table import MINUTE_S
from app.slack.tasks import Kind, Limits, Refusal, Request, State
from tests.fake_slack import BOT_USER, FakeSlack
from tests.slack_server import PUBLIC_URL, serving_slack

GENEROUS = Limits(1_000, 1_000)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.campaign)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ConversationStore]:
    if request.param == "sqlite":
        store = ConversationStore.in_folder(tmp_path)
    else:
        store = ConversationStore(request.getfixturevalue("postgres_url"))
    yield store
    with store.engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS slack_tasks"))
    store.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inbox(store: ConversationStore, clock: Clock) -> Inbox:
    return Inbox(store.engine, GENEROUS, lease_s=30.0, clock=clock)


def question(ts: str, *, thread: str = "", **more: str) -> Request:
    return Request(
        key=more.pop("key", f"message:T:C:{ts}"), kind=Kind.QUESTION, team="T",
        channel=more.pop("channel", "C"), person=more.pop("person", "U"), ts=ts,
        thread_ts=thread or ts, event_id=more.pop("event_id", None), body={"text": f"Why {ts}?"},
    )  # fmt: skip


def test_same_message_and_same_event_are_taken_once(inbox: Inbox) -> None:
    assert inbox.add(question("1.1", event_id="Ev1")) is not None
    assert inbox.add(question("1.1", event_id="Ev2")) is None
    assert inbox.add(question("9.9", event_id="Ev1")) is None
    assert inbox.unfinished() == 1


def test_many_writers_of_the_same_leave_one(store: ConversationStore, inbox: Inbox) -> None:
    boxes = [inbox, *(Inbox(store.engine, GENEROUS) for _ in range(3))]
    start = threading.Barrier(16)

    def add(number: int) -> bool:
        start.wait()
        return boxes[number % 4].add(question("1.1", event_id="Ev1")) is not None

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(add, range(16))) == 1


def test_many_workers_share_without_doing_anything_twice(
    store: ConversationStore, inbox: Inbox
) -> None:
    for number in range(40):
        inbox.add(question(f"{number}.1"))
    boxes = [inbox, Inbox(store.engine, GENEROUS, clock=inbox.now)]
    done: list[str] = []

    def work(number: int) -> None:
        while (task := boxes[number % 2].claim(f"worker-{number}")) is not None:
            done.append(task.ts)
            assert boxes[number % 2].finish(task, f"worker-{number}", State.DONE)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    left = inbox.unfinished()
    assert len(done) == len(set(done))
    assert len(done) + left == 40
    work(0)
    assert sorted(done) == sorted(f"{number}.1" for number in range(40))


def test_claim_of_a_dead_worker_passes_on_and_its_word_counts_no_more(
    inbox: Inbox, clock: Clock
) -> None:
    inbox.add(question("1.1"))
    first = inbox.claim("dead")
    assert first is not None
    assert inbox.keep(first, "dead", replies=["5.5"])
    assert inbox.claim("alive") is None
    clock.now += 31.0
    second = inbox.claim("alive")
    assert second is not None
    assert (second.replies, second.attempts, second.deaths) == (("5.5",), 2, 1)
    assert not inbox.keep(first, "dead", replies=["6.6"])
    assert not inbox.finish(first, "dead", State.DONE)
    assert inbox.finish(second, "alive", State.DONE)
    assert inbox.unfinished() == 0


def test_live_worker_keeps_its_claim(inbox: Inbox, clock: Clock) -> None:
    inbox.add(question("1.1"))
    task = inbox.claim("alive")
    assert task is not None
    for _ in range(4):
        clock.now += 20.0
        assert inbox.prolong("alive", {task.id: 0}) == {task.id}
        assert inbox.claim("other") is None


def test_thread_is_done_in_order_and_others_meanwhile(inbox: Inbox, clock: Clock) -> None:
    for ts, thread in (("1.1", "1.1"), ("1.2", "1.1"), ("2.1", "2.1")):
        clock.now += 1.0
        inbox.add(question(ts, thread=thread))
    first, second = inbox.claim("a"), inbox.claim("b")
    assert first is not None
    assert second is not None
    assert (first.ts, second.ts) == ("1.1", "2.1")
    assert inbox.claim("c") is None
    inbox.finish(first, "a", State.DONE)
    third = inbox.claim("c")
    assert third is not None
    assert third.ts == "1.2"


def test_edit_of_what_is_done_and_of_what_runs_has_it_done_again(inbox: Inbox) -> None:
    inbox.add(question("1.1"))
    task = inbox.claim("a")
    assert task is not None
    assert inbox.revise("C", "1.1", "How?", edited="5.1")
    assert not inbox.revise("C", "1.1", "How?", edited="5.1"), "the same edit once more"
    assert inbox.prolong("a", {task.id: task.revision}) == set()
    assert not inbox.keep(task, "a", answer_id="f" * 32), "the answer to the earlier wording"
    assert inbox.keep(task, "a", replies=["5.5"]), "a message that is there all the same"
    assert not inbox.finish(task, "a", State.DONE)
    again = inbox.claim("a")
    assert again is not None
    assert (again.text, again.revision, again.answer_id) == ("How?", 1, None)
    assert inbox.finish(again, "a", State.DONE)
    assert inbox.revise("C", "1.1", "Who?", edited="5.2")
    assert inbox.claim("a") is not None
    assert not inbox.revise("C", "7.7", "Who?", edited="5.2")


def test_deleted_question_is_claimed_for_its_removal_and_once(inbox: Inbox) -> None:
    inbox.add(question("1.1"))
    task = inbox.claim("a")
    assert task is not None
    inbox.keep(task, "a", answer_id="f" * 32)
    inbox.finish(task, "a", State.DONE)
    assert inbox.is_ours("C", "1.1")
    assert inbox.remove("C", "1.1")
    assert not inbox.remove("C", "1.1")
    assert not inbox.is_ours("C", "1.1")
    gone = inbox.claim("a")
    assert gone is not None
    assert (gone.deleted, gone.answer_id) == (True, "f" * 32)


def test_limits_hold_for_a_minute_over_all_servers(store: ConversationStore, clock: Clock) -> None:
    limits = Limits(per_user=2, per_channel=3)
    one, other = (Inbox(store.engine, limits, clock=clock) for _ in range(2))
    asked = [
        box.add(question(f"{n}.1", person=person))
        for n, (box, person) in enumerate(
            [(one, "U1"), (other, "U1"), (one, "U1"), (other, "U2"), (one, "U3")]
        )
    ]
    assert [task and task.refusal for task in asked] == [
        None, None, Refusal.USER_LIMIT, None, Refusal.CHANNEL_LIMIT,
    ]  # fmt: skip
    clock.now += MINUTE_S + 1
    later = one.add(question("9.1", person="U1"))
    assert later is not None
    assert later.refusal is None


def test_what_is_done_keeps_no_words_and_is_erased_in_time(
    store: ConversationStore, inbox: Inbox, clock: Clock
) -> None:
    inbox.add(question("1.1"))
    clock.now += 1.0
    inbox.add(question("2.1"))
    task = inbox.claim("a")
    assert task is not None
    inbox.finish(task, "a", State.DONE)
    with store.engine.connect() as connection:
        bodies = connection.scalars(text("SELECT body FROM slack_tasks ORDER BY ts")).all()
    assert bodies == ["{}", '{"text": "Why 2.1?"}']
    clock.now += 100.0
    assert inbox.purge(older_than_s=50.0) == 1
    assert inbox.unfinished() == 1


def test_position_counts_what_comes_first(inbox: Inbox, clock: Clock) -> None:
    for number in range(3):
        clock.now += 1.0
        task = inbox.add(question(f"{number}.1"))
    assert task is not None
    assert inbox.ahead(task) == 2
    assert [one.ts for one in inbox.waiting(2)] == ["0.1", "1.1"]


def test_everybodys_first_question_comes_before_anybodys_second(inbox: Inbox, clock: Clock) -> None:
    tasks = {}
    for ts, person in (("1.1", "U1"), ("2.1", "U1"), ("3.1", "U2"), ("4.1", "U1"), ("5.1", "U3")):
        clock.now += 1.0
        tasks[ts] = inbox.add(question(ts, person=person))

    ahead = {ts: inbox.ahead(task) for ts, task in tasks.items() if task is not None}
    assert ahead == {"1.1": 0, "3.1": 1, "5.1": 2, "2.1": 3, "4.1": 4}

    order = []
    while (task := inbox.claim("a")) is not None:
        order.append(task.ts)
        inbox.finish(task, "a", State.DONE)
    assert order == ["1.1", "3.1", "5.1", "2.1", "4.1"]


def test_what_is_put_off_is_claimed_when_it_is_due(inbox: Inbox, clock: Clock) -> None:
    inbox.add(question("1.1"))
    task = inbox.claim("a")
    assert task is not None
    inbox.again(task, "a", after_s=10.0)
    assert inbox.claim("a") is None
    clock.now += 11.0
    again = inbox.claim("a")
    assert again is not None
    assert (again.attempts, again.deaths) == (2, 0)


@pytest.mark.campaign
async def test_two_servers_with_one_postgresql_answer_each_question_once(
    postgres_url: str, tmp_path: Path
) -> None:
    questions = 12
    async with (
        FakeSlack(minute_s=3.0, links=(PUBLIC_URL,)).running() as slack,
        serving_slack(tmp_path, slack, store=ConversationStore(postgres_url)) as one,
        serving_slack(tmp_path, slack, store=ConversationStore(postgres_url)) as other,
    ):
        messages = []
        for number in range(questions):
            message = slack.post(f"C{number}", f"U{number}", f"<@{BOT_USER}> Why {number}?")
            messages.append((f"C{number}", message.ts))
            # Both events, and one of them again, to whichever server the balancer takes.
            mention, plain = slack.message_events(f"C{number}", message)
            await asyncio.gather(one.send(mention), other.send(plain), other.send(mention, retry=1))
        await one.idle()
        await other.idle()
        assert slack.violations == []
        assert [len(slack.replies(channel, ts)) for channel, ts in messages] == [1] * questions
        asked = [len(server.chat.questions) for server in (one, other)]
        assert sum(asked) == questions
        await one.send(slack.edit_event("C0", messages[0][1], f"<@{BOT_USER}> How?"))
        await other.send(slack.delete_event("C1", messages[1][1]))
        await one.idle()
        await other.idle()
        assert slack.replies("C1", messages[1][1]) == []
        assert sum(len(server.chat.questions) for server in (one, other)) == questions + 1
