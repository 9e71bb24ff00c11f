"""What becomes of a sentence that a chat model wrote: shown, cited better, replaced or dropped.

A sentence is shown only with quotes that `verify` finds to bear it out. Where those it cites do
not, the other sentences that the model read are tried: models mistake a number more often than a
fact.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.answering.evidence.evidence import Evidence, asks
from app.answering.text.terms import content_terms, keys
from app.answering.verification.checks import Check, Failure
from app.answering.verification.verify import Support, verify
from app.types import Verdict

TRIED = 4
"""Sentences nearest in words that are tried where the cited ones do not do."""
MOVED_SHARE = 0.8
"""Share of a sentence's words that a quote must hold itself to be cited instead of those that it
cites. One alone: of many that are tried, and put together, one passes by chance."""
AROUND = 4
"""Sentences before a quote that may say of whom it speaks."""
LIKE_ENOUGH = 0.5
"""Share of a sentence's words that a source's sentence must hold to be said in its place."""
MARK = "[not found in the sources]"
NEVER_SHOWN = frozenset({Check.EVIDENCE, Check.FOREIGN})
"""What fails on these is not shown even with a mark: an empty sentence, a link, markup."""
_TELLS_READER = re.compile(
    r"(?:please|see|consult|contact|visit|refer to|note that)\b", re.IGNORECASE
)


class Unsupported(StrEnum):
    """What is done with a sentence that no quote bears out."""

    DROP = "drop"
    REPAIR = "repair"
    """Say the source's own sentence that is most like it; drop it where there is none."""
    MARK = "mark"
    """Show it without a citation, marked as not found, where all its words are the sources'."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A sentence, and whether and how it may be shown."""

    text: str
    evidence: tuple[Evidence, ...]
    verdict: Verdict
    failures: tuple[Failure, ...] = ()
    """Of the sentence as it was written, with the quotes that it cited, or the nearest one."""
    is_moved: bool = False
    """It is cited to other quotes than the model named."""
    is_shown: bool = True


def settle(
    text: str,
    cited: Sequence[Evidence],
    read: Sequence[Evidence],
    support: Support,
    unsupported: Unsupported = Unsupported.DROP,
    *,
    is_reworded: bool = False,
) -> Settled:
    """Decide on one sentence.

    Args:
        text: The sentence, without markers.
        cited: What it cites.
        read: All sentences that may be cited instead.
        support: Reads a claim beside quotes.
        unsupported: What to do where nothing bears it out.
        is_reworded: A chat model wrote it; a question or an announcement of its is no answer.
    """
    if is_reworded:
        if says_nothing(text):
            nothing = Failure(Check.EVIDENCE, "it asks or announces, and says nothing")
            return Settled(text, (), Verdict.UNSUPPORTED, (nothing,), is_shown=False)
        # What a source asks, it does not say.
        cited, read = ([item for item in items if not asks(item.text)] for items in (cited, read))
    cited = _in_order(cited)
    failures = _failures(text, cited, read, support)
    if not failures:
        return Settled(text, _needed(text, cited, read, support), Verdict.SUPPORTED)
    near = _nearest(text, read)
    for item in near:
        if _held(text, [item]) >= MOVED_SHARE and not _failures(text, [item], read, support):
            return Settled(text, (item,), Verdict.SUPPORTED, failures, is_moved=True)
    if not cited and near:  # say what is wrong with it, not only that it cites nothing
        failures = _failures(text, near[:1], read, support)
    if unsupported is Unsupported.REPAIR and near and _held(text, near[:1]) >= LIKE_ENOUGH:
        own = " ".join(near[0].text.split())
        return Settled(own, (near[0],), Verdict.REPAIRED, failures)
    if unsupported is Unsupported.MARK and _may_be_marked(text, failures, read):
        return Settled(f"{text} {MARK}", (), Verdict.UNSUPPORTED, failures)
    return Settled(text, (), Verdict.UNSUPPORTED, failures, is_shown=False)


def _failures(
    text: str, cited: Sequence[Evidence], read: Sequence[Evidence], support: Support
) -> tuple[Failure, ...]:
    titles = {item.metadata.title for item in cited}
    return tuple(
        verify(
            text,
            [item.text for item in cited],
            support,
            title=titles.pop() if len(titles) == 1 else "",
            around=_around(cited, read),
        )
    )


def _around(cited: Sequence[Evidence], read: Sequence[Evidence]) -> list[str]:
    """Titles and days of what is cited, and the sentences of its passages that stand before it."""
    found: dict[str, None] = {}
    for item in cited:
        found.update(dict.fromkeys((item.metadata.title, *item.sentence.heading)))
        if item.metadata.published is not None:
            found[str(item.metadata.published.year)] = None  # of "on 7 May"
        before = [
            other.text
            for other in sorted(read, key=lambda other: other.sentence.ordinal)
            if other.document_id == item.document_id
            and 0 < item.sentence.ordinal - other.sentence.ordinal <= AROUND
        ]
        found.update(dict.fromkeys(before))
    return list(found)


def _in_order(cited: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """As they stand in their sources: a sentence may lean on the one before it."""
    return tuple(sorted(cited, key=lambda item: (item.document_id, item.sentence.ordinal)))


def _needed(
    text: str, cited: Sequence[Evidence], read: Sequence[Evidence], support: Support
) -> tuple[Evidence, ...]:
    """The cited sentences without those that the others can do without."""
    needed = list(cited)
    for item in reversed(cited):
        rest = [other for other in needed if other is not item]
        if rest and not _failures(text, rest, read, support):
            needed = rest
    return tuple(needed)


def _nearest(text: str, read: Sequence[Evidence]) -> list[Evidence]:
    """What was read that holds most of a sentence's words; the first of equals first."""
    wanted = keys(content_terms(text))
    near = [item for item in read if wanted & item.keys]
    return sorted(near, key=lambda item: -len(wanted & item.keys))[:TRIED]


def says_nothing(text: str) -> bool:
    """Whether a sentence only asks something, announces what is to come or tells what to do."""
    ends_open = _without_close(text).endswith(":")
    return asks(text) or ends_open or _TELLS_READER.match(text) is not None


def _without_close(text: str) -> str:
    return text.rstrip("\"'”’»)*_ ")


def _may_be_marked(text: str, failures: Sequence[Failure], read: Sequence[Evidence]) -> bool:
    """Whether all words of a sentence stand somewhere in the sources, though nothing bears it out.

    So no link, slogan or name that somebody planted or made up is shown under a mark.
    """
    if {failure.check for failure in failures} & NEVER_SHOWN:
        return False
    words = keys(term for term in content_terms(text) if not term.is_number)
    return bool(words) and words <= frozenset[str]().union(*(item.keys for item in read))


def _held(text: str, quoted: Sequence[Evidence]) -> float:
    """Share of a sentence's words that quotes hold."""
    wanted = keys(content_terms(text))
    held = frozenset[str]().union(*(item.keys for item in quoted))
    return len(wanted & held) / len(wanted) if wanted else 0.0
