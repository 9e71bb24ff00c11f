"""The line in front of the places: turns, expected waits, refusals; the clock is the test's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.waiting import (
    FIRST_GUESS_S,
    KEPT_S,
    LONGEST_RETRY_S,
    Line,
    Place,
    ServiceTimes,
    Ticket,
    TooLongError,
    Who,
)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def line(
    places: int = 1, *, max_wait_s: float = 15.0, max_waiting: int = 1000, takes_s: float = 1.0
) -> tuple[Line, Clock]:
    clock = Clock()
    times = ServiceTimes({"answer": takes_s})
    return Line(places, max_wait_s, max_waiting, times, clock), clock


def enter(queue: Line, name: str, kind: str = "answer") -> Ticket:
    """`name` is site and visitor, as in "x/anna"; without a site it is our own page."""
    site, _, visitor = name.rpartition("/")
    return queue.enter(kind, Who(site, visitor))


def began(queue: Line) -> list[Ticket]:
    found = []
    while (ticket := queue.begin()) is not None:
        found.append(ticket)
    return found


def served(queue: Line, tickets: dict[str, Ticket]) -> list[str]:
    """Names in the order in which they get the only place."""
    names = {id(ticket): name for name, ticket in tickets.items()}
    order = []
    while (ticket := queue.begin()) is not None:
        order.append(names[id(ticket)])
        queue.end(ticket)
    return order


def test_nobody_waits_while_places_are_free() -> None:
    queue, _ = line(places=2)

    tickets = [enter(queue, "anna"), enter(queue, "anna")]

    assert [queue.place(ticket) for ticket in tickets] == [Place(0, 0.0), Place(1, 0.0)]
    assert began(queue) == tickets
    assert (queue.running, queue.waiting) == (2, 0)


def test_expected_wait_is_the_work_before_one_shared_by_all_places() -> None:
    queue, clock = line(places=2, takes_s=4.0)
    for _ in range(2):
        enter(queue, "anna")
    began(queue)
    clock.now += 1.0

    waiting = [enter(queue, "anna") for _ in range(3)]

    # Two that run have 3 s left each, then 4 s each: 6 / 2, 10 / 2, 14 / 2.
    assert [queue.place(ticket) for ticket in waiting] == [
        Place(0, 3.0),
        Place(1, 5.0),
        Place(2, 7.0),
    ]
    assert queue.expected_wait_s() == 9.0


def test_each_kind_of_work_has_an_estimate_of_its_own() -> None:
    queue, clock = line(takes_s=1.0)
    for kind, seconds in (("short", 0.1), ("long", 20.0)):
        ticket = enter(queue, "anna", kind)
        queue.begin()
        clock.now += seconds
        queue.end(ticket)

    enter(queue, "anna", "short")
    queue.begin()
    enter(queue, "anna", "short")
    last = enter(queue, "anna", "short")

    assert queue.place(last) == Place(1, pytest.approx(0.2))
    assert queue.times.expected("long") == 20.0
    assert queue.times.expected("unheard of") == FIRST_GUESS_S


def test_estimates_follow_what_is_measured() -> None:
    times = ServiceTimes({"answer": 30.0})
    for _ in range(60):
        times.observe("answer", 2.0)
    assert times.expected("answer") == pytest.approx(2.0)

    for _ in range(60):
        times.observe("answer", 4.0)
    assert times.expected("answer") == pytest.approx(4.0, rel=0.01)


def test_work_that_was_broken_off_is_not_measured() -> None:
    queue, clock = line(takes_s=5.0)
    ticket = enter(queue, "anna")
    queue.begin()
    clock.now += 0.01

    queue.end(ticket, is_whole=False)

    assert queue.times.expected("answer") == 5.0
    assert queue.running == 0


def test_one_is_let_in_as_long_as_the_expected_wait_is_bearable() -> None:
    queue, _ = line(places=4, max_wait_s=15.0, takes_s=2.0)
    for number in range(24):
        enter(queue, f"person-{number}")
    began(queue)

    assert queue.waiting == 20
    assert queue.expected_wait_s() == (4 * 2.0 + 20 * 2.0) / 4


def test_refusal_says_when_one_would_be_let_in() -> None:
    queue, clock = line(max_wait_s=10.0, takes_s=4.0)
    first = enter(queue, "anna")
    queue.begin()
    for _ in range(2):
        enter(queue, "anna")  # 4 and 8 s

    with pytest.raises(TooLongError) as refusal:
        enter(queue, "anna")  # 12 s

    assert refusal.value.retry_after_s == pytest.approx(4.0)  # no less than one answer takes
    assert queue.waiting == 2
    clock.now += refusal.value.retry_after_s
    queue.end(first)
    queue.begin()
    assert enter(queue, "anna").kind == "answer"


def test_retry_is_put_off_by_as_much_as_the_wait_is_too_long() -> None:
    queue, _ = line(max_wait_s=60.0, takes_s=20.0)
    enter(queue, "anna")
    queue.begin()
    for _ in range(3):
        enter(queue, "anna")
    queue.max_wait_s = 50.0

    with pytest.raises(TooLongError) as refusal:
        enter(queue, "anna")

    assert refusal.value.retry_after_s == pytest.approx(30.0)


def test_those_who_are_sent_away_are_told_to_come_back_one_after_the_other() -> None:
    queue, clock = line(places=2, max_wait_s=0.0, takes_s=4.0)
    for _ in range(2):
        enter(queue, "anna")
    began(queue)

    def told() -> float:
        with pytest.raises(TooLongError) as refusal:
            enter(queue, "ben")
        return refusal.value.retry_after_s

    assert [told() for _ in range(3)] == pytest.approx([4.0, 6.0, 8.0])
    clock.now += 60.0
    assert told() == pytest.approx(2.0)
    assert max(told() for _ in range(100)) == LONGEST_RETRY_S


def test_who_comes_back_when_told_is_let_in_before_newcomers() -> None:
    queue, clock = line(max_wait_s=10.0, takes_s=1.0)
    for number in range(11):
        enter(queue, f"person-{number}")
        queue.begin()
    with pytest.raises(TooLongError) as refusal:
        enter(queue, "anna")

    clock.now += refusal.value.retry_after_s
    with pytest.raises(TooLongError):
        enter(queue, "newcomer")
    queue.knock("answer", Who("", "anna"))  # takes neither a place nor her turn
    assert enter(queue, "anna").who == Who("", "anna")
    with pytest.raises(TooLongError):  # one turn was kept, not two
        enter(queue, "anna")


@pytest.mark.parametrize("late_s", [-0.5, KEPT_S + 1.0])
def test_who_comes_back_too_early_or_far_too_late_is_a_newcomer(late_s: float) -> None:
    queue, clock = line(max_wait_s=10.0, takes_s=1.0)
    for number in range(11):
        enter(queue, f"person-{number}")
        queue.begin()
    with pytest.raises(TooLongError) as refusal:
        enter(queue, "anna")

    clock.now += refusal.value.retry_after_s + late_s

    with pytest.raises(TooLongError):
        enter(queue, "anna")


def test_no_more_wait_than_is_allowed_however_short_the_wait() -> None:
    queue, _ = line(max_waiting=2, takes_s=0.001)
    enter(queue, "anna")
    queue.begin()
    enter(queue, "anna")
    enter(queue, "ben")

    with pytest.raises(TooLongError):
        enter(queue, "carl")


def test_nobody_may_wait_where_the_longest_wait_is_none() -> None:
    queue, _ = line(max_wait_s=0.0)
    enter(queue, "anna")
    queue.begin()

    with pytest.raises(TooLongError):
        enter(queue, "ben")


def test_visitors_take_turns() -> None:
    queue, _ = line()
    names = ["anna1", "anna2", "anna3", "ben1", "carl1", "ben2"]
    tickets = {name: enter(queue, name[:-1]) for name in names}

    assert served(queue, tickets) == ["anna1", "ben1", "carl1", "anna2", "ben2", "anna3"]


def test_sites_take_turns_before_their_visitors_do() -> None:
    queue, _ = line()
    names = ["x/a1", "x/b1", "x/c1", "y/d1", "y/d2", "e1"]
    tickets = {name: enter(queue, name[:-1]) for name in names}

    assert served(queue, tickets) == ["x/a1", "y/d1", "e1", "x/b1", "y/d2", "x/c1"]


def test_newcomer_is_let_in_although_another_has_filled_the_line() -> None:
    queue, _ = line(max_wait_s=10.0, takes_s=1.0)
    for _ in range(11):
        enter(queue, "greedy")
        queue.begin()
    with pytest.raises(TooLongError):
        enter(queue, "greedy")

    newcomer = enter(queue, "anna")

    assert queue.place(newcomer) == Place(1, 2.0)


def test_who_leaves_moves_the_others_up() -> None:
    queue, _ = line(takes_s=2.0)
    enter(queue, "anna")
    queue.begin()
    second, third = enter(queue, "ben"), enter(queue, "carl")
    assert queue.place(third) == Place(1, 4.0)

    assert queue.leave(second)
    assert not queue.leave(second)

    assert queue.place(second) is None
    assert queue.place(third) == Place(0, 2.0)


def test_work_that_takes_longer_than_expected_is_taken_to_end_soon() -> None:
    queue, clock = line(takes_s=2.0)
    enter(queue, "anna")
    queue.begin()
    waiting = enter(queue, "ben")

    clock.now += 60.0

    assert queue.place(waiting) == Place(0, pytest.approx(0.2))


@given(st.lists(st.sampled_from(["a", "b", "x/a", "x/c", "y/d", "begin", "end", "leave"])))
def test_told_places_are_the_order_in_which_they_begin(steps: list[str]) -> None:
    queue, _ = line(places=2, max_wait_s=1e6)
    running: list[Ticket] = []
    waiting: list[Ticket] = []
    for step in steps:
        if step == "begin":
            if (ticket := queue.begin()) is not None:
                assert queue.running <= 2
                waiting.remove(ticket)
                running.append(ticket)
        elif step == "end":
            if running:
                queue.end(running.pop(0))
        elif step == "leave":
            if waiting:
                assert queue.leave(waiting.pop(len(waiting) // 2))
        else:
            waiting.append(enter(queue, step))

    assert queue.waiting == len(waiting)
    places = {id(ticket): queue.place(ticket) for ticket in waiting}
    for ticket in running:
        queue.end(ticket)
    for ahead in range(len(waiting)):
        ticket = queue.begin()
        assert ticket is not None
        place = places[id(ticket)]
        assert place is not None
        assert place.ahead == ahead
        queue.end(ticket)
    assert queue.begin() is None
