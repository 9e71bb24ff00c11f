"""A line in front of so many places: who comes next, how long it takes, who is told to come later.

Nothing here waits or runs. Whoever asks is let in while the expected wait is bearable; the
expectation comes from measured times. Others are told when to come back, and let in then. Sites
take turns, and on a site its visitors, so that one who asks much delays mostly himself.
"""

from __future__ import annotations

import itertools
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

WEIGHT_OF_LAST = 0.1
"""Of the last measured time in the moving estimate: some ten answers show a change."""
FIRST_GUESS_S = 0.5
"""Before anything is measured. Too long rather than too short would refuse, so it is short."""
LEAST_LEFT = 0.1
"""Share of the expected time that is taken to be left of work that takes longer than expected."""
LONGEST_RETRY_S = 60.0
"""Later than that nobody can say how busy it will be."""
KEPT_S = 10.0
"""Who comes back so much later than told has lost the turn that was kept."""
LATEST = 2.0
"""Who was let in is kept for so many times the longest expected wait: estimates err."""


@dataclass(frozen=True, slots=True)
class Who:
    """For whom work is done; what is not known stays empty."""

    site: str = ""
    """A foreign site, or another door."""
    visitor: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands who waits."""

    ahead: int
    """How many begin before."""
    expected_wait_s: float


class TooLongError(Exception):
    """The expected wait is longer than anybody should be asked to bear."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(f"come back in {retry_after_s:.1f} s")
        self.retry_after_s = retry_after_s


class ServiceTimes:
    """Moving estimates of how long work of each kind holds a place, in seconds."""

    def __init__(self, first_guesses_s: Mapping[str, float] | None = None) -> None:
        self._expected = dict(first_guesses_s or {})
        self._is_measured: set[str] = set()

    def expected(self, kind: str) -> float:
        """What the next one will probably take."""
        return self._expected.get(kind, FIRST_GUESS_S)

    def observe(self, kind: str, seconds: float) -> None:
        """Learn from one that has ended. The first replaces the guess."""
        if kind not in self._is_measured:
            self._is_measured.add(kind)
            self._expected[kind] = seconds
            return
        self._expected[kind] += WEIGHT_OF_LAST * (seconds - self._expected[kind])


@dataclass(eq=False, slots=True)
class Ticket:
    """One piece of work, from coming to going."""

    kind: str
    who: Who
    came: float
    began: float | None = None


@dataclass(slots=True)
class Line:
    """So many places, and those who wait for one. Used by one thread; the clock is in seconds."""

    places: int
    max_wait_s: float
    """Longest expected wait with which one is let in, who was not told before to come now."""
    max_waiting: int
    """However short they are, no more wait than this."""
    times: ServiceTimes = field(default_factory=ServiceTimes)
    clock: Callable[[], float] = time.monotonic
    _running: dict[Ticket, None] = field(default_factory=dict)
    _sites: OrderedDict[str, OrderedDict[str, deque[Ticket]]] = field(default_factory=OrderedDict)
    _waiting: int = 0
    _kept: deque[tuple[float, Who]] = field(default_factory=deque)
    """When those who were sent away are to come back, the earliest first."""
    _order: dict[Ticket, tuple[int, float]] | None = None
    """Who waits, in the order in which they begin: how many come before each, and how many seconds
    of work those are. None when it has changed."""

    @property
    def running(self) -> int:
        """How many places are taken."""
        return len(self._running)

    @property
    def waiting(self) -> int:
        """How many wait."""
        return self._waiting

    @property
    def longest_kept_s(self) -> float:
        """Who was let in and has waited so long is sent away after all."""
        return LATEST * self.max_wait_s

    def enter(self, kind: str, who: Who) -> Ticket:
        """Let somebody in, at the end of his own row.

        Raises:
            TooLongError: If he would have to wait too long, or too many wait.
        """
        ticket = Ticket(kind, who, self.clock())
        row = self._sites.setdefault(who.site, OrderedDict()).setdefault(who.visitor, deque())
        row.append(ticket)
        self._changed(1)
        place = self.place(ticket)
        num_waiting = self._waiting - (self.places - self.running)
        wait_s = 0.0 if place is None else place.expected_wait_s
        if wait_s == 0.0:
            return ticket
        if num_waiting <= self.max_waiting:
            if wait_s <= self.max_wait_s:
                return ticket
            if wait_s <= self.longest_kept_s and (turn := self._turn_of(who)) is not None:
                self._kept.remove(turn)
                return ticket
        self.leave(ticket)
        raise TooLongError(self._sent_away(ticket, wait_s - self.max_wait_s))

    def knock(self, kind: str, who: Who) -> None:
        """Ask whether one would be let in, before anything is done for him.

        Raises:
            TooLongError: If not; he is told when to come back, as by `enter`.
        """
        kept = self._kept.copy()
        self.leave(self.enter(kind, who))
        self._kept = kept

    def leave(self, ticket: Ticket) -> bool:
        """Stop waiting; False if it did not wait (any more)."""
        visitors = self._sites.get(ticket.who.site, OrderedDict())
        row = visitors.get(ticket.who.visitor)
        if row is None or ticket not in row:
            return False
        row.remove(ticket)
        self._tidy(ticket.who)
        self._changed(-1)
        return True

    def begin(self) -> Ticket | None:
        """Give the next one a place; None if none is free or nobody waits."""
        if self.running >= self.places or not self._sites:
            return None
        site, visitors = next(iter(self._sites.items()))
        visitor, row = next(iter(visitors.items()))
        ticket = row.popleft()
        # To the back of both rows: now it is the others' turn.
        visitors.move_to_end(visitor)
        self._sites.move_to_end(site)
        self._tidy(ticket.who)
        self._changed(-1)
        ticket.began = self.clock()
        self._running[ticket] = None
        return ticket

    def end(self, ticket: Ticket, *, is_whole: bool = True) -> None:
        """Give a place back. What was broken off says nothing about how long such work takes."""
        del self._running[ticket]
        if is_whole and ticket.began is not None:
            self.times.observe(ticket.kind, self.clock() - ticket.began)
            self._order = None

    def place(self, ticket: Ticket) -> Place | None:
        """Where it stands; None if it does not wait."""
        found = self._in_order().get(ticket)
        return None if found is None else Place(found[0], self._expected_wait(*found))

    def expected_wait_s(self) -> float:
        """Of somebody who comes last."""
        order = self._in_order()
        work = sum(self.times.expected(ticket.kind) for ticket in order)
        return self._expected_wait(len(order), work)

    def _expected_wait(self, ahead: int, work_ahead_s: float) -> float:
        """Until a place is free for whoever has so many before him."""
        if ahead < self.places - self.running:
            return 0.0
        now = self.clock()
        left = sum(self._left(ticket, now) for ticket in self._running)
        return (left + work_ahead_s) / self.places

    def _sent_away(self, ticket: Ticket, too_long_s: float) -> float:
        """In how many seconds to come back: one after the other, as fast as they are answered."""
        now, takes = self.clock(), self.times.expected(ticket.kind) / self.places
        after_others = self._kept[-1][0] + takes if self._kept else now
        turn = min(max(after_others, now + max(too_long_s, takes)), now + LONGEST_RETRY_S)
        if len(self._kept) < self.max_waiting:
            self._kept.append((turn, ticket.who))
        return turn - now

    def _turn_of(self, who: Who) -> tuple[float, Who] | None:
        """The turn of one who was sent away and told to come now; newcomers come after him."""
        now = self.clock()
        while self._kept and self._kept[0][0] < now - KEPT_S:
            self._kept.popleft()
        due = itertools.takewhile(lambda turn: turn[0] <= now, self._kept)
        return next((turn for turn in due if turn[1] == who), None)

    def _left(self, ticket: Ticket, now: float) -> float:
        expected = self.times.expected(ticket.kind)
        return max(expected - (now - (ticket.began or now)), LEAST_LEFT * expected)

    def _in_order(self) -> dict[Ticket, tuple[int, float]]:
        if self._order is None:
            self._order = {}
            work = 0.0
            for ahead, ticket in enumerate(_in_turn(self._sites.values())):
                self._order[ticket] = ahead, work
                work += self.times.expected(ticket.kind)
        return self._order

    def _changed(self, by: int) -> None:
        self._waiting += by
        self._order = None

    def _tidy(self, who: Who) -> None:
        """Forget rows in which nobody stands."""
        visitors = self._sites[who.site]
        if not visitors[who.visitor]:
            del visitors[who.visitor]
        if not visitors:
            del self._sites[who.site]


def _in_turn(sites: Iterable[Mapping[str, Iterable[Ticket]]]) -> Iterator[Ticket]:
    """Everybody in the order in which `Line.begin` takes them."""
    left = deque(deque(map(deque, visitors.values())) for visitors in sites)
    while left:
        visitors = left.popleft()
        row = visitors.popleft()
        yield row.popleft()
        if row:
            visitors.append(row)
        if visitors:
            left.append(visitors)
