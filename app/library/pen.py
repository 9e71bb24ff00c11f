"""Claims and numbered citations of an answer from the catalog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.languages.catalogue import ENGLISH
from app.types import Citation, Claim, Form, Verdict
from vectorstore.types import DocumentId, Metadata, Sentence


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence as it stands in a document."""

    document_id: DocumentId
    version: str
    metadata: Metadata
    sentence: Sentence
    text: str


class Pen:
    """Collects what is said, and numbers what it rests on."""

    def __init__(self, language: str = ENGLISH) -> None:
        """Start without a sentence.

        Args:
            language: Of what the product itself says.
        """
        self.language = language
        self.claims: list[Claim] = []
        self._citations: dict[tuple[DocumentId, int, int], Citation] = {}

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Each quote once, by number."""
        return tuple(self._citations.values())

    def say(
        self,
        text: str,
        quotes: Sequence[Quoted],
        *,
        verdict: Verdict = Verdict.CATALOG,
        form: Form = Form.SENTENCE,
        heading: str = "",
    ) -> None:
        """One sentence and the places that it rests on."""
        numbers = tuple(dict.fromkeys(map(self.number, quotes)))
        self.claims.append(Claim(text, numbers, verdict, form, heading))

    def number(self, quoted: Quoted) -> int:
        """The number of a quote, counted from 1."""
        sentence = quoted.sentence
        at = (quoted.document_id, sentence.start, sentence.end)
        if at not in self._citations:
            self._citations[at] = Citation(
                n=len(self._citations) + 1,
                document_id=quoted.document_id,
                version=quoted.version,
                metadata=quoted.metadata,
                quote=quoted.text,
                start=sentence.start,
                end=sentence.end,
                heading=sentence.heading,
                page=sentence.page,
            )
        return self._citations[at].n

    def say_own_words(self, quoted: Quoted, *, heading: str = "") -> None:
        """A sentence of a document as it stands there."""
        text = " ".join(quoted.text.split())
        self.say(text, [quoted], verdict=Verdict.SUPPORTED, form=Form.ITEM, heading=heading)
