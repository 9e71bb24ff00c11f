import pytest

from app.llm.breaker import Breaker
from app.llm.errors import ModelUnavailableError


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def opened(clock: Clock) -> Breaker:
    breaker = Breaker(failures_to_open=3, open_s=20, clock=clock)
    for _ in range(3):
        breaker.failed(is_trial=breaker.enter())
    return breaker


def test_opens_after_failures_in_a_row_only() -> None:
    breaker = Breaker(failures_to_open=3, open_s=20, clock=Clock())
    for failed in (True, True, False, True):
        is_trial = breaker.enter()
        breaker.failed(is_trial=is_trial) if failed else breaker.succeeded()
    assert breaker.state == "closed"


def test_refuses_while_open_and_says_how_long() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += 5
    assert breaker.state == "open"
    with pytest.raises(ModelUnavailableError, match="failed 3 times in a row") as caught:
        breaker.enter()
    assert caught.value.retry_after_s == 15  # 20 s open - 5 s gone


def test_half_open_lets_one_try_and_no_second() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += 20
    assert breaker.state == "half-open"
    breaker.enter()
    with pytest.raises(ModelUnavailableError):
        breaker.enter()


def test_trial_that_succeeds_closes() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += 20
    breaker.enter()
    breaker.succeeded()
    assert breaker.state == "closed"
    breaker.failed(is_trial=breaker.enter())
    assert breaker.state == "closed"  # counts from nought again


def test_trial_that_fails_opens_for_the_whole_time_again() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += 20
    breaker.failed(is_trial=breaker.enter())
    clock.now += 19
    assert breaker.state == "open"


def test_trial_whose_caller_left_makes_room_for_another() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += 20
    breaker.left(is_trial=breaker.enter())
    breaker.enter()
    breaker.succeeded()
    assert breaker.state == "closed"


def test_a_call_from_before_it_opened_does_not_end_the_trial() -> None:
    clock = Clock()
    breaker = Breaker(failures_to_open=3, open_s=20, clock=clock)
    early = breaker.enter()
    for _ in range(3):
        breaker.failed(is_trial=breaker.enter())
    clock.now += 20
    assert breaker.enter()
    breaker.left(is_trial=early)
    with pytest.raises(ModelUnavailableError):
        breaker.enter()
