"""Do two sources say different things of the same matter? And how old is what was cited?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from app.answering.conflicts.opposing import Conflict, opposed
from app.answering.conflicts.told_values import Kind, wanted_figures
from app.answering.evidence.evidence import Evidence, asks
from app.answering.question.asking import Asked
from app.answering.selection.select import names_in
from app.answering.text.statuses import status_of
from app.answering.text.terms import names_of
from app.languages.catalogue import ENGLISH, both, marked, say
from app.types import Citation, Disagreement, Notes, SourceAge

MIN_SHARED_NAMES = 2
"""Two sentences are about the same matter if they name the same two parties."""
MIN_SHARED_WORDS = 0.3
"""Or one party, and this share of the shorter one's words."""
STATUS_OF = "status of "
"""How the matter of such a pair begins."""
APART = "; "
"""Between names in a matter: each language joins them in its own way; "and" is in names, too."""
ANSWER = marked("answer to this question")
"""The matter of two sentences that answer a question differently, in whatever way."""
MATTERS = (
    marked("status of {names}"),
    marked("share given for {names}"),
    marked("amount given for {names}"),
    marked("duration given for {names}"),
    ANSWER,
)
"""Every form of such a name."""
CONFLICT_RANGE = 0.25
"""Only evidence that is at least this share as likely as the best is worth a note."""
_POSSESSIVE = re.compile(r"['’]s?$")
_OF_FIGURES = {
    Kind.SHARE: MATTERS[1],
    Kind.MONEY: MATTERS[2],
    Kind.TIME: MATTERS[3],
}


def disagreeing(
    asked: Asked,
    chosen: Sequence[Evidence],
    others: Sequence[Evidence],
    conflict: Conflict | None = None,
) -> list[tuple[Evidence, Evidence, str]]:
    """Pairs of sentences of two documents that differ on one matter, newer first, with its name.

    At least one of each pair is among the chosen; a partner may come from the other evidence. One
    pair for each status; answers of several sources may make several pairs of one matter.

    Args:
        asked: Only matters count of whom it names or, without names, of what it speaks.
        chosen: The sentences of the answer.
        others: All evidence, best first.
        conflict: The reader's; without it only what the words say of themselves counts.
    """
    floor = CONFLICT_RANGE * max((item.relevance for item in chosen), default=0.0)
    near = [item for item in others if item.relevance >= floor and not asks(item.text)]
    wanted = {term.key for term in asked.names or asked.terms}
    found: dict[str, tuple[Evidence, Evidence, str]] = {}
    for first in chosen:
        for second in near:
            if first.document_id == second.document_id:
                continue
            if not wanted & first.keys & second.keys:
                continue
            if matter := _matter(first, second):
                newer, older = sorted((first, second), key=_age)
                found.setdefault(matter, (newer, older, matter))
    if found or conflict is None:
        return list(found.values())
    matter = _of_answers(asked)
    return [
        (newer, older, matter)
        for first, second, _ in opposed(asked, chosen, others, conflict)
        for newer, older in [sorted((first, second), key=_age)]
    ]


def _of_answers(asked: Asked) -> str:
    """What two opposed answers to a question differ on."""
    kinds = wanted_figures(asked) - {Kind.COUNT}
    names = [_POSSESSIVE.sub("", name.text) for name in names_of(asked.text)]
    if len(kinds) != 1 or not 0 < len(names) <= MIN_SHARED_NAMES:
        return ANSWER
    return _OF_FIGURES[next(iter(kinds))].format(names=APART.join(names))


def is_of_status(pair: tuple[Evidence, Evidence, str]) -> bool:
    """Whether a pair differs on how far a deal has come."""
    return pair[2].startswith(STATUS_OF)


def _matter(first: Evidence, second: Evidence) -> str | None:
    shared = _shared_names(first, second)
    if not shared:
        return None
    overlap = len(first.keys & second.keys) / max(1, min(len(first.keys), len(second.keys)))
    if len(shared) < MIN_SHARED_NAMES and overlap < MIN_SHARED_WORDS:
        return None
    title = APART.join(shared[:2])
    statuses = status_of(first.text), status_of(second.text)
    if len(shared) >= MIN_SHARED_NAMES and None not in statuses and statuses[0] != statuses[1]:
        return STATUS_OF + title
    return None


def _shared_names(first: Evidence, second: Evidence) -> list[str]:
    """Parties that both name, as the first writes them and in its order.

    "CVS" and "CVS Health" are one.
    """
    theirs = names_in(second)
    ours = {name.keys: _POSSESSIVE.sub("", name.text) for name in names_of(first.text)}
    return [
        text
        for name, text in ours.items()
        if name in names_in(first)
        and not any(name < other for other in ours)
        and any(name <= other or other <= name for other in theirs)
    ]


def _age(item: Evidence) -> tuple[bool, int]:
    """To sort by: the newest first, those without a date last."""
    published = item.metadata.published
    return published is None, -(published or date.min).toordinal()


def named_matter(matter: str, language: str) -> str:
    """What two sources differ on, as `disagreeing` names it, in the reader's language."""
    for kind in MATTERS:
        opening, _, _ = kind.partition("{names}")
        if matter.startswith(opening):
            names = matter.removeprefix(opening).split(APART)
            return say(language, kind, names=both(language, names))
    return matter


def notes(
    citations: Sequence[Citation],
    disagreements: Sequence[Disagreement],
    language: str = ENGLISH,
) -> Notes:
    """Newest and oldest source of an answer, and how many carry no date."""
    by_document = {citation.document_id: citation.metadata for citation in citations}
    ages = [
        SourceAge(known.title, known.published, known.published_precision)
        for known in by_document.values()
    ]
    dated = sorted(
        (age for age in ages if age.published), key=lambda age: age.published or date.min
    )
    return Notes(
        newest=dated[-1] if dated else None,
        oldest=dated[0] if dated else None,
        undated=len(ages) - len(dated),
        disagreements=tuple(
            replace(one, subject=named_matter(one.subject, language)) for one in disagreements
        ),
    )
