"""The documents of one generation as the library's answers see them: named, searched, quoted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import PurePosixPath

from app.languages.catalogue import ENGLISH
from app.library.pen import Quoted
from vectorstore.lexical import analyse
from vectorstore.live import LiveGeneration
from vectorstore.reader import DocumentSummary
from vectorstore.types import (
    DocumentId,
    FloatMatrix,
    PassageId,
    ScoredPassage,
    Sentence,
    SentenceKind,
)

Citable = Callable[[Sequence[Sentence], Sequence[str]], Sequence[bool]]
"""Which sentences of a document may be cited."""
Search = Callable[[str], Sequence[ScoredPassage]]
"""Passages near a text, best first."""

MAX_PASSAGES = 5_000
"""Passages looked through for a word; who asks for "the" gets no complete list."""
CLEAR = 1.5
"""How many times better a document must fit its name than the next to be the one that is meant."""
SEVERAL = 3
"""So many documents that fit a name equally are all told of."""
MIN_INITIALS = 2
NEAR_PASSAGES = 20
_KIND = re.compile(
    r"\b(?:deal|merger|agreement|acquisition|partnership|venture|transaction|contract|case|takeover|"
    r"collaboration)\b",
    re.IGNORECASE,
)
"""Says what kind of thing a document is about; its title may say that otherwise."""
REPEATED = 32
"""Characters of a sentence's start that tell it from any other."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A document that speaks of something, and where it does so first."""

    document: DocumentSummary
    quoted: Quoted


class Shelf:
    """Reads one generation; for the length of one request."""

    def __init__(
        self,
        generation: LiveGeneration,
        citable: Citable,
        search: Search,
        embed: Callable[[Sequence[str]], FloatMatrix],
        within: Sequence[DocumentId] | None = None,
        language: str = ENGLISH,
    ) -> None:
        """Store the arguments; documents are read by the methods that need them.

        Args:
            generation: What is served.
            citable: Says what may be cited: no instruction, no reference.
            search: Finds passages by meaning.
            embed: Vectors of texts, of unit length.
            within: The documents that there are for this question; None takes all.
            language: In which is told of it.
        """
        self.language = language
        self._within = within
        self._generation = generation
        self._reader = generation.reader
        self._citable = citable
        self.search = search
        self.embed = embed

    @cached_property
    def documents(self) -> list[DocumentSummary]:
        """All that is served, or that the question may see."""
        if self._within is not None:
            return self._reader.documents(self._within)
        return list(self._generation.once("documents", self._reader.documents))

    @cached_property
    def _named(self) -> list[tuple[DocumentSummary, _Named]]:
        def names() -> list[tuple[DocumentSummary, _Named]]:
            return [(each, _Named.of(_title_words(each))) for each in self.documents]

        return names() if self._within is not None else self._generation.once("names", names)

    def opening(self, document: DocumentSummary) -> Quoted | None:
        """Its first words that may be shown; None if there are none."""
        return next(self._openings(document), None)

    def place_of(self, document: DocumentSummary, words: str) -> Quoted | None:
        """The sentence in which these words stand; None if none holds them."""
        return next((each for each in self._openings(document) if words in each.text), None)

    def words(self, document: DocumentSummary) -> int:
        """How many words its text has."""
        return len(self._reader.document(document.id).document.text.split())

    def mentions(self, topic: str) -> list[Mention]:
        """Documents that speak of something, word for word where any does."""
        wanted = analyse(topic)
        if not wanted:
            return []
        limit = min(MAX_PASSAGES, max(1, self._reader.num_passages()))
        found = self._generation.lexical.search(topic, limit=limit)
        passages = self._reader.passages([name for name, _ in found])
        near = [each for each in passages if set(wanted) <= set(analyse(each.text))]
        exact = [each for each in near if _holds_run(analyse(each.text), wanted)]
        first: dict[DocumentId, PassageId] = {}
        for each in sorted(exact or near, key=lambda one: one.passage.ordinal):
            first.setdefault(each.passage.document_id, each.passage.id)
        known = {each.id: each for each in self.documents}
        mentioned = [
            Mention(known[document], quoted)
            for document, passage in first.items()
            if document in known and (quoted := self._quoted(known[document], passage, wanted))
        ]
        titled = [
            Mention(each, quoted)
            for each in self.documents
            if each.id not in first
            and set(wanted) <= set(analyse(each.metadata.title))
            and (quoted := self.opening(each))
        ]
        return mentioned + titled

    def named(self, words: str) -> list[DocumentSummary]:
        """The documents that a name means: by title, publisher, author, file, or what they say.

        More than one where several fit equally; none where nothing fits clearly.
        """
        return self._titled(words) or self._named_by_text(words)

    def is_title(self, words: str) -> bool:
        """Whether a document is named so, not only spoken of in it."""
        return bool(self._titled(words))

    def _titled(self, words: str) -> list[DocumentSummary]:
        plain = _KIND.sub("", words).strip()
        return self.titled(words) or (self.titled(plain) if plain else [])

    def titled(self, words: str) -> list[DocumentSummary]:
        """The documents whose title, publisher, author or file name has these words."""
        wanted = _Wanted.of(words)
        return [each for each, named in self._named if named.fits(wanted)]

    def published_by(self, name: str) -> list[DocumentSummary]:
        """Documents whose author or publisher has this name, or these initials."""
        wanted = _Wanted.of(name)
        return [
            each
            for each in self.documents
            if any(
                _Named.of(part).fits(wanted)
                for part in (*each.metadata.authors, each.metadata.publisher or "")
            )
        ]

    def spoken_of(self, said: str) -> list[DocumentId]:
        """Documents that an earlier answer quotes or names by title; the first named first."""
        plain = " ".join(said.split())
        places = {
            each.id: plain.find(f"“{each.metadata.title}”")
            for each in self.documents
            if f"“{each.metadata.title}”" in plain
        }
        for name, _ in self._generation.lexical.search(said, limit=NEAR_PASSAGES):
            for each in self._reader.passages([name]):
                at = _repeated(plain, " ".join(each.text.split()))
                if at is not None:
                    document = each.passage.document_id
                    places[document] = min(at, places.get(document, at))
        return sorted(places, key=lambda name: (places[name], name))

    def sentences(
        self, document: DocumentSummary, passages: Sequence[PassageId] | None = None
    ) -> Iterator[Quoted]:
        """Sentences that may be cited, each once, in reading order."""
        if passages is None:
            passages = [each.id for each in self._reader.prepared(document.id).passages]
        inside = self._reader.sentences(passages)
        seen: set[int] = set()
        for name in passages:
            one = inside.get(name)
            if one is None:
                continue
            may = self._citable(one.sentences, one.texts)
            for sentence, text, is_citable in zip(one.sentences, one.texts, may, strict=True):
                if is_citable and sentence.ordinal not in seen:
                    seen.add(sentence.ordinal)
                    yield _quote(document, sentence, text)

    def _openings(self, document: DocumentSummary) -> Iterator[Quoted]:
        sentences = self._reader.document_sentences(document.id)
        text = self._reader.document(document.id).document.text
        texts = [text[each.start : each.end] for each in sentences]
        may = self._citable(sentences, texts)
        title = document.metadata.title
        for sentence, words, is_citable in zip(sentences, texts, may, strict=True):
            is_title = sentence.kind is SentenceKind.HEADING and words == title
            if is_citable or is_title:
                yield _quote(document, sentence, words)

    def _quoted(
        self, document: DocumentSummary, passage: PassageId, wanted: Sequence[str]
    ) -> Quoted | None:
        """The sentence of a passage that holds most of the words; the first of equals."""
        found = self.sentences(document, [passage])
        best = max(found, key=lambda each: len(set(wanted) & set(analyse(each.text))), default=None)
        return best or self.opening(document)

    def _named_by_text(self, words: str) -> list[DocumentSummary]:
        wanted = set(analyse(words))
        if not wanted:
            return []
        found = self._generation.lexical.search(words, limit=100)
        scores = dict(found)
        held: dict[DocumentId, set[str]] = {}
        score: dict[DocumentId, float] = {}
        for each in self._reader.passages([name for name, _ in found]):
            document = each.passage.document_id
            held.setdefault(document, set()).update(wanted & set(analyse(each.text)))
            score[document] = score.get(document, 0.0) + scores[each.passage.id]
        whole = {name: score[name] for name in score if held[name] == wanted}
        if not whole:
            return []
        best = max(whole.values())
        near = [name for name, value in whole.items() if value * CLEAR > best]
        if len(near) > 1:
            return []
        return [each for each in self.documents if each.id in near]


def _repeated(said: str, text: str) -> int | None:
    """Where in what was said a sentence of a text begins; None if it holds none."""
    starts = [0, *(end.end() for end in re.finditer(r"[.!?] ", said))]
    heads = ((at, said[at : at + REPEATED]) for at in starts)
    return next((at for at, head in heads if len(head) == REPEATED and head in text), None)


def is_published(document: DocumentSummary, first: date | None, last: date | None) -> bool:
    """Whether a document's date lies between two days; without a date it lies nowhere."""
    day = document.metadata.published
    if first is None and last is None:
        return True
    return day is not None and (first is None or first <= day) and (last is None or day <= last)


def _quote(document: DocumentSummary, sentence: Sentence, text: str) -> Quoted:
    return Quoted(document.id, document.version, document.metadata, sentence, text)


def _title_words(document: DocumentSummary) -> str:
    known = document.metadata
    stem = re.sub(r"[-_.]+", " ", PurePosixPath(document.uri).stem)
    return " . ".join((known.title, stem, known.publisher or "", *known.authors))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A name that somebody uses."""

    words: tuple[tuple[str, frozenset[str]], ...]
    """Of each word the letters, if it may be initials, and its stems."""

    @classmethod
    def of(cls, name: str) -> _Wanted:
        words = ((_as_initials(word), frozenset(analyse(word))) for word in name.split())
        return cls(tuple(pair for pair in words if pair[1]))


@dataclass(frozen=True, slots=True)
class _Named:
    """What a document may be called by: stems of words, and initials of names."""

    stems: frozenset[str]
    initials: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> _Named:
        return cls(frozenset(analyse(text)), tuple(_initials(text)))

    def fits(self, wanted: _Wanted) -> bool:
        """Whether each word of a name stands here, or is the initials of a name here."""
        return bool(wanted.words) and all(
            stems <= self.stems
            or (letters and any(run.startswith(letters) for run in self.initials))
            for letters, stems in wanted.words
        )


def _initials(text: str) -> list[str]:
    """First letters of the words with a capital that stand in a row."""
    runs = re.findall(r"(?:[^\W\d_a-z][\w'’&.-]*(?: (?:of|and|the|for|&) | )?)+", text)
    return ["".join(word[0] for word in run.split() if word[0].isupper()) for run in runs]


def _as_initials(word: str) -> str:
    """The letters of a word that may be initials; empty if it is none."""
    letters = re.sub(r"\W", "", word)
    return letters if len(letters) >= MIN_INITIALS and letters.isupper() else ""


def _holds_run(words: Sequence[str], wanted: Sequence[str]) -> bool:
    size = len(wanted)
    return any(list(words[at : at + size]) == list(wanted) for at in range(len(words) - size + 1))
