"""Cuts a document into passages: runs of whole sentences under one heading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from vectorstore.types import Document, Passage, Sentence, SentenceKind, passage_id

CHUNKER_VERSION = "sentences-2"
"""Goes into the index manifest: passages of another version do not match the stored ones."""


@dataclass(frozen=True, slots=True)
class ChunkingSettings:
    """Sizes of passages, in characters."""

    target: int = 700
    """A passage is closed once it has this many: about 150 word pieces, well under MiniLM's 256."""
    maximum: int = 900
    """Only a single sentence may be longer."""
    minimum: int = 200
    """A shorter tail joins the passage before it, if the maximum allows."""


DEFAULT_SETTINGS = ChunkingSettings()


@dataclass(frozen=True, slots=True)
class _Run:
    """Sentences `first` to `last`, inclusive, and their span."""

    first: int
    last: int
    start: int
    end: int


def cut_passages(
    document: Document,
    sentences: Sequence[Sentence],
    *,
    settings: ChunkingSettings = DEFAULT_SETTINGS,
) -> tuple[Passage, ...]:
    """Passages in reading order; a sentence is in exactly one, whole.

    Pull quotes, sentences of other articles and references make passages of their own.
    """
    passages: list[Passage] = []
    for section in _sections(sentences):
        for run in _runs(section, settings):
            passages.append(
                Passage(
                    id=passage_id(document.id, document.version, len(passages)),
                    document_id=document.id,
                    version=document.version,
                    ordinal=len(passages),
                    start=run.start,
                    end=run.end,
                    heading=sentences[run.last].heading,
                    first_sentence=run.first,
                    last_sentence=run.last,
                )
            )
    return tuple(passages)


def _sections(sentences: Sequence[Sentence]) -> Iterator[list[Sentence]]:
    """Neighbours that may share a passage; a heading without text goes with what follows."""
    headings: list[Sentence] = []
    for _, group in groupby(sentences, key=_section_key):
        section = list(group)
        if all(sentence.kind is SentenceKind.HEADING for sentence in section):
            headings += section
            continue
        if headings and (section[0].repeats or section[0].foreign):
            yield headings
            headings = []
        yield headings + section
        headings = []
    if headings:
        yield headings


def _section_key(sentence: Sentence) -> tuple[tuple[str, ...], bool, bool, bool]:
    reference = sentence.kind is SentenceKind.REFERENCE
    repeats = sentence.repeats and sentence.kind is not SentenceKind.HEADING
    return (sentence.heading, repeats, sentence.foreign, reference)


def _runs(section: Sequence[Sentence], settings: ChunkingSettings) -> Iterator[_Run]:
    packed = _pack(section, settings)
    packed = _merge_tail(packed, settings)
    for group in packed:
        yield _Run(group[0].ordinal, group[-1].ordinal, group[0].start, group[-1].end)


def _pack(section: Sequence[Sentence], settings: ChunkingSettings) -> list[list[Sentence]]:
    """Fill passages in order; close one at the target, or before a paragraph that does not fit."""
    packed: list[list[Sentence]] = []
    current: list[Sentence] = []
    for index, sentence in enumerate(section):
        if current and _closes(current, section, index, settings):
            packed.append(current)
            current = []
        current.append(sentence)
    if current:
        packed.append(current)
    return packed


def _closes(
    current: Sequence[Sentence], section: Sequence[Sentence], index: int, settings: ChunkingSettings
) -> bool:
    begin, sentence = current[0].start, section[index]
    if sentence.end - begin > settings.maximum:
        return True
    if current[-1].kind is SentenceKind.HEADING:
        return False
    length = current[-1].end - begin
    if length >= settings.target:
        return True
    if sentence.paragraph == current[-1].paragraph or 2 * length < settings.target:
        return False
    paragraph_end = next(
        (
            section[later - 1].end
            for later in range(index + 1, len(section))
            if section[later].paragraph != sentence.paragraph
        ),
        section[-1].end,
    )
    return paragraph_end - begin > settings.maximum


def _merge_tail(packed: list[list[Sentence]], settings: ChunkingSettings) -> list[list[Sentence]]:
    if len(packed) < 2:
        return packed
    before, tail = packed[-2], packed[-1]
    if tail[-1].end - tail[0].start >= settings.minimum:
        return packed
    if tail[-1].end - before[0].start <= settings.maximum:
        return [*packed[:-2], before + tail]
    # Both do not fit into one: even them out instead.
    while len(before) > 1 and tail[-1].end - tail[0].start < settings.minimum:
        if tail[-1].end - before[-1].start > settings.maximum:
            break
        before, tail = before[:-1], [before[-1], *tail]
    return [*packed[:-2], before, tail]
