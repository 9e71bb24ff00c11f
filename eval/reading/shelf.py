"""Makes a library of documents with numbered sentences, for the product to answer from.

They are written as the files that a user would give, ingested as those are, and their sentences are
looked up in the text that ingest made of them.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from app.bootstrap import build_chat_service
from app.errors import SettingsError
from app.protocols import ChatServiceProtocol
from app.settings import Settings
from eval.datasets.reading_forms import ReadingText
from eval.errors import SystemUnusableError
from eval.progress import ingesting
from eval.systems.corpus import Library, open_library
from eval.types import Dataset
from vectorstore.errors import VectorStoreError
from vectorstore.types import UNRESTRICTED, DocumentId, Sentence

SAME = 0.5
"""Share of the shorter of two spans that they have in common, from which on they are the same
sentence: ingest may cut a sentence in two or leave two together."""

_ENDS = re.compile(r"[.!?…][\"'”’»)\]]*$")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Shelved:
    """A document as it is in the library."""

    id: DocumentId
    version: str
    text: str
    """Canonical; all spans index it."""
    spans: tuple[Span | None, ...]
    """Of each sentence of the dataset; None where ingest left it out."""
    sentences: tuple[Sentence, ...]
    """As ingest cut them."""
    title: str = ""

    def sentences_at(self, start: int, end: int) -> frozenset[int]:
        """Indices of the dataset's sentences that a span shows."""
        return frozenset(
            place
            for place, span in enumerate(self.spans)
            if span is not None and is_same(span, (start, end))
        )

    def ingested(self, places: Iterable[int]) -> tuple[Sentence, ...]:
        """The library's own sentences that hold these of the dataset, in reading order."""
        spans = [span for place in places if (span := self.spans[place]) is not None]
        return tuple(
            each
            for each in self.sentences
            if any(is_same(span, (each.start, each.end)) for span in spans)
        )


@dataclass(frozen=True, slots=True)
class Shelf:
    """A library with its service."""

    service: ChatServiceProtocol
    composer: str
    documents: Mapping[str, Shelved]
    """By the dataset's name."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Why a document was not taken, by its name."""

    @property
    def num_lost(self) -> int:
        """Sentences that ingest left out."""
        return sum(each.spans.count(None) for each in self.documents.values())


@contextmanager
def open_shelf(
    texts: Mapping[str, ReadingText], settings: Settings, *, composer: str | None = None
) -> Iterator[Shelf]:
    """Ingest documents into a library of their own, which is gone afterwards.

    Args:
        texts: The documents by name.
        settings: Of the product; only where documents and indexes lie is another place.
        composer: Writes the answers; None takes what the settings name.

    Raises:
        SystemUnusableError: If ingest fails or the product cannot be started.
    """
    with TemporaryDirectory(prefix="accord-reading-") as scratch:
        folder = Path(scratch).resolve()
        names = write_texts(texts, folder / "files")
        # The exported embedding model is the same for all libraries: 90 MB and seconds each.
        models = settings.data_dir.resolve() / "models"
        models.mkdir(parents=True, exist_ok=True)
        (folder / "models").symlink_to(models)
        inside = settings.model_copy(update={"data_dir": folder})
        dataset = Dataset("reading", (), files=(str(folder / "files"),))
        with ingesting() as progress:
            library = open_library(dataset, inside, progress=progress)
        try:
            service = build_chat_service(library.settings, watch=False).seen_by(UNRESTRICTED)
        except (SettingsError, VectorStoreError) as error:
            raise SystemUnusableError(f"The product cannot be started: {error}") from error
        try:
            readiness = service.ready()
            if not readiness.ok:
                raise SystemUnusableError(f"The library cannot be asked: {readiness.detail}.")
            yield shelved(
                service,
                texts,
                {names[file]: document for file, document in _documents(library).items()},
                composer=composer
                or settings.composer
                or ("model" if settings.model else "extractive"),
                refused={names[file]: why for file, why in library.refused.items()},
            )
        finally:
            service.close()


def shelved(
    service: ChatServiceProtocol,
    texts: Mapping[str, ReadingText],
    ids: Mapping[str, DocumentId],
    *,
    composer: str,
    refused: Mapping[str, str] | None = None,
) -> Shelf:
    """A shelf over a service that has the documents already.

    Args:
        service: Answers.
        texts: The documents by name.
        ids: The stored documents by the same names.
        composer: Writes the answers.
        refused: Why documents were not taken, by name.
    """
    documents = {}
    for name, document_id in ids.items():
        stored = service.document(document_id)
        if stored is not None:
            documents[name] = Shelved(
                stored.id,
                stored.version,
                stored.text,
                sentence_spans(stored.text, texts[name].sentences),
                tuple(service.sentences(stored.id, stored.version)),
                stored.metadata.title,
            )
    return Shelf(service, composer, documents, refused or {})


def write_texts(texts: Mapping[str, ReadingText], folder: Path) -> dict[str, str]:
    """One Markdown file a document, with title, publisher and date in front.

    Returns:
        The names by file name.
    """
    folder.mkdir(parents=True)
    names = {}
    for number, (name, text) in enumerate(texts.items()):
        head = {"title": text.title, "publisher": text.publisher, "date": text.date}
        # YAML reads JSON's strings; an unknown field is left out, as people leave it out.
        lines = [
            f"{key}: {json.dumps(value, ensure_ascii=False)}"
            for key, value in head.items()
            if value
        ]
        file = f"{number:05d}.md"
        body = layout(text.sentences)
        content = "\n".join(["---", *lines, "---", "", body, ""])
        (folder / file).write_text(content, encoding="utf-8", newline="\n")
        names[file] = name
    return names


def layout(sentences: Sequence[str]) -> str:
    """Sentences as running text; a heading, list item or table row is a line of its own."""
    parts: list[str] = []
    is_open = False
    for sentence in (" ".join(each.split()) for each in sentences):
        ends = _ENDS.search(sentence) is not None
        parts.append((" " if is_open and ends else "\n\n") + sentence)
        is_open = ends
    return "".join(parts).strip()


def sentence_spans(text: str, sentences: Sequence[str]) -> tuple[Span | None, ...]:
    """Where sentences are in a text, one after the other; None for what does not.

    Only letters and digits are compared, without accents and case: ingest may change spaces,
    quotation marks and marks of lists.
    """
    letters, places = _letters(text)
    found: list[Span | None] = []
    cursor = 0
    for sentence in sentences:
        wanted, _ = _letters(sentence)
        at = letters.find(wanted, cursor) if wanted else -1
        if at < 0:
            found.append(None)
            continue
        cursor = at + len(wanted)
        found.append((places[at], places[cursor - 1] + 1))
    return tuple(found)


def is_same(one: Span, other: Span) -> bool:
    """Whether two spans show the same sentence."""
    common = min(one[1], other[1]) - max(one[0], other[0])
    shorter = min(one[1] - one[0], other[1] - other[0])
    return common > 0 and common >= SAME * shorter


def _letters(text: str) -> tuple[str, list[int]]:
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for part in unicodedata.normalize("NFKD", character).casefold():
            if part.isalnum():
                letters.append(part)
                places.append(place)
    return "".join(letters), places


def _documents(library: Library) -> dict[str, DocumentId]:
    return {
        file: document for document, files in library.names.by_document.items() for file in files
    }
