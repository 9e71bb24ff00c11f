"""Lists in what was read: which sentences are items, and what each list is of. Pure.

Items are told by their form, or by paragraphs that each open with a few words of their own ("No
budget. Nobody had …"). A list is of what its heading says, and the sentence that leads up to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from app.answering.evidence.evidence import Evidence, asks
from app.answering.question.asking import Asked
from app.answering.text.terms import content_keys, keys
from vectorstore.types import SentenceKind

LABEL_WORDS = 4
"""A first sentence of no more words may name what its paragraph is about."""
MIN_ITEMS = 2
MOST = 0.6
"""Share of the words of an item's name that a question after it must have."""
OF_OTHER_LISTS = 0.2
"""What the chance of an item counts whose list is of something else than one beside it: of "the
risks of alliances" the benefits in the same document are none."""
ELSEWHERE = 0.5
"""The same in other documents, whose heading may say the same in other words."""
HEADED = 0.35
"""Least chance of an item of a list that is of just what is asked."""

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Item:
    """A sentence of a list."""

    list: Place
    """Its list, by the place of the first sentence."""
    heads: tuple[frozenset[str], ...]
    """Keys of what it is of: of its heading, and of the sentence that leads up to it."""
    opens: bool
    """Whether the item begins here."""
    label: frozenset[str] = frozenset()
    """Keys of the few words that name the item: "Planning: …"."""


def items(evidence: Iterable[Evidence]) -> dict[Place, Item]:
    """The sentences that stand in lists of at least two items, by document and ordinal."""
    at = {_place(item): item for item in evidence}
    found: dict[Place, Item] = {}
    for run in [*_itemised(at), *_labelled(at)]:
        first = run[0][0]
        if len(run) < MIN_ITEMS:
            continue
        before = at.get((first.document_id, first.sentence.ordinal - 1))
        above = [*first.passage.passage.heading[-1:]]
        above += [before.text] if before is not None and _leads_up(before) else []
        heads = tuple(map(content_keys, above))
        for sentences in run:
            label = _label(sentences)
            for number, item in enumerate(sentences):
                found[_place(item)] = Item(_place(first), heads, opens=number == 0, label=label)
    return found


def _label(sentences: Sequence[Evidence]) -> frozenset[str]:
    text = sentences[0].text
    name, colon, _ = text.partition(":")
    if colon and len(name.split()) <= LABEL_WORDS:
        return content_keys(name)
    is_name = len(sentences) > 1 and len(text.split()) <= LABEL_WORDS
    return content_keys(text) if is_name else frozenset()


def by_list(asked: Asked, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The chances, higher in a list of just what is asked, lower in others of the same document."""
    known = items(evidence)
    wanted = keys(asked.terms)
    titles = {item.document_id: content_keys(item.metadata.title) for item in evidence}
    told = {place: item for place, item in known.items() if _is_of(item, wanted, titles[place[0]])}
    documents = {document for document, _ in told}
    named = {
        place: item for place, item in known.items() if _is_named(item, wanted, titles[place[0]])
    }
    lists = {item.list for item in named.values()}
    found: list[Evidence] = []
    for item in evidence:
        place = _place(item)
        chance = item.relevance
        if place in known and known[place].list in lists:
            chance = max(chance, HEADED) if place in named else OF_OTHER_LISTS * chance
        elif place in told:
            lifts = told[place].opens and not asks(item.text)
            chance = max(chance, HEADED) if lifts else chance
        elif place in known and documents:
            chance *= OF_OTHER_LISTS if place[0] in documents else ELSEWHERE
        found.append(replace(item, relevance=chance))
    return found


def _is_of(item: Item, wanted: frozenset[str], title: frozenset[str]) -> bool:
    """Whether a list is of what is asked, no less and no more.

    A title alone names no list: something of the question must stand right above it.
    """
    return any(
        wanted & head - title and wanted <= head | title and head <= wanted | title
        for head in item.heads
    )


def _is_named(item: Item, wanted: frozenset[str], title: frozenset[str]) -> bool:
    """Whether a question is after this item of its list: "the planning stage" of the stages."""
    asked = item.label & wanted
    is_whole = bool(item.label) and len(asked) >= MOST * len(item.label)
    return is_whole and not asked <= title.union(*item.heads)


def _place(item: Evidence) -> Place:
    return item.document_id, item.sentence.ordinal


def _leads_up(item: Evidence) -> bool:
    return item.text.rstrip("*_ ").endswith(":")


def _itemised(at: Mapping[Place, Evidence]) -> list[list[list[Evidence]]]:
    """Runs of list items, each with its sentences."""
    runs: list[list[list[Evidence]]] = []
    for place in sorted(at):
        item = at[place]
        if item.sentence.kind is not SentenceKind.LIST_ITEM or _leads_up(item):
            continue
        before = at.get((place[0], place[1] - 1))
        if before is None or not runs or runs[-1][-1][-1] is not before or not _same(before, item):
            runs.append([[item]])
        elif _opens_line(before, item):
            runs[-1].append([item])
        else:
            runs[-1][-1].append(item)
    return runs


def _labelled(at: Mapping[Place, Evidence]) -> list[list[list[Evidence]]]:
    """Runs of paragraphs whose first few words name what the rest tells."""
    prose = [at[place] for place in sorted(at) if at[place].sentence.kind is SentenceKind.PROSE]
    runs: list[list[list[Evidence]]] = []
    for _, group in groupby(prose, key=lambda item: (item.document_id, item.sentence.paragraph)):
        sentences = list(group)
        first = sentences[0]
        is_label = len(first.text.split()) <= LABEL_WORDS and not asks(first.text)
        if len(sentences) < 2 or not is_label or _leads_up(first):  # noqa: PLR2004
            continue
        before = at.get((first.document_id, first.sentence.ordinal - 1))
        if runs and runs[-1][-1][-1] is before and _same(before, first):
            runs[-1].append(sentences)
        else:
            runs.append([sentences])
    return runs


def _same(first: Evidence, second: Evidence) -> bool:
    """Whether both stand under one heading."""
    return first.passage.passage.heading == second.passage.passage.heading


def _opens_line(before: Evidence, item: Evidence) -> bool:
    if before.sentence.paragraph != item.sentence.paragraph:
        return True
    start = item.passage.passage.start
    between = item.passage.text[before.sentence.end - start : item.sentence.start - start]
    return before.sentence.end < start or "\n" in between
