"""BM25 over title, heading and text of passages. The only file that imports tantivy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vectorstore.errors import IndexCorruptError
from vectorstore.passage_text import embedding_text
from vectorstore.reader import IndexedPassage
from vectorstore.types import DocumentId, PassageId

if TYPE_CHECKING:
    import tantivy

ANALYSER = "english"
WRITER_HEAP_BYTES = 64_000_000  # tantivy wants 15 MB a thread at least; more means fewer segments
WRITER_THREADS = 1  # segments, and so the order of ties, come out the same each time
SPARE_HITS = 8  # asked for beyond the limit, to see whether equals of the last one follow it
MAX_EQUAL_HITS = 10_000  # passages that a thousand others equal are as good as any of them
MAX_QUERY_TERMS = 256  # a question of 100,000 characters is searched by its first words


class TantivyIndex:
    """Best passages by words; implements `LexicalIndex`."""

    def __init__(self, index: tantivy.Index) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()

    @classmethod
    def open(cls, directory: Path) -> TantivyIndex:
        """Open an index that exists.

        Raises:
            IndexCorruptError: If it does not, or cannot be read.
        """
        import tantivy

        try:
            index = tantivy.Index.open(str(directory))
        except (ValueError, OSError) as error:
            raise IndexCorruptError(
                f"cannot open the lexical index at {directory}: {error}"
            ) from error
        index.register_tokenizer(ANALYSER, _analyser())
        return cls(index)

    @property
    def num_passages(self) -> int:
        """How many passages it holds."""
        return self._searcher.num_docs

    def search(
        self, text: str, *, limit: int, document_ids: Sequence[str] | None = None
    ) -> list[tuple[PassageId, float]]:
        """Best first: passage id and BM25 score; ties in order of id.

        The text is no query language: its words are looked up, each alone, and that is all.
        """
        return self._find(text, limit, "document_id", document_ids)

    def score(self, text: str, passage_ids: Sequence[PassageId]) -> dict[PassageId, float]:
        """BM25 scores of given passages; 0.0 where no word of the text occurs."""
        found = dict(self._find(text, len(passage_ids), "passage_id", passage_ids))
        return {passage: found.get(passage, 0.0) for passage in passage_ids}

    def passage_ids(self) -> list[PassageId]:
        """Ids of all passages in it."""
        import tantivy

        everything = tantivy.Query.all_query()
        hits = self._searcher.search(everything, max(self.num_passages, 1), count=False).hits
        return [self._searcher.doc(at)["passage_id"][0] for _, at in hits]

    def passage_ids_of(self, document_ids: Sequence[DocumentId]) -> list[PassageId]:
        """Ids of the passages of some documents, sorted."""
        import tantivy

        members = tantivy.Query.term_set_query(self._schema, "document_id", list(document_ids))
        hits = self._searcher.search(members, max(self.num_passages, 1), count=False).hits
        return sorted(self._searcher.doc(at)["passage_id"][0] for _, at in hits)

    def frequency(self, word: str) -> int:
        """In how many passages a word stands, in whatever form; 0 for a stop word."""
        return min((self._searcher.doc_freq("text", stem) for stem in analyse(word)), default=0)

    def holds(self, word: str) -> bool:
        """Whether any passage has a word, or another of its stem; a stop word counts as held."""
        return all(self._searcher.doc_freq("text", stem) for stem in analyse(word))

    def near(self, word: str, *, edits: int, limit: int) -> list[PassageId]:
        """Passages with a word whose stem differs from this one's by so many letters at most."""
        import tantivy

        stems = analyse(word)
        if len(stems) != 1:
            return []
        query = tantivy.Query.fuzzy_term_query(self._schema, "text", stems[0], distance=edits)
        hits = self._searcher.search(query, min(limit, max(1, self.num_passages)), count=False).hits
        return sorted(self._searcher.doc(at)["passage_id"][0] for _, at in hits)

    def _find(
        self, text: str, limit: int, field: str, allowed: Sequence[str] | None
    ) -> list[tuple[PassageId, float]]:
        import tantivy

        terms = analyse(text)[:MAX_QUERY_TERMS]
        limit = min(limit, self._searcher.num_docs)
        if not terms or limit < 1 or allowed is not None and not allowed:
            return []
        # A word asked twice counts twice, as in Lucene.
        words = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "text", term, "freq"))
            for term in terms
        ]
        query = tantivy.Query.boolean_query(words)
        if allowed is not None:
            members = tantivy.Query.term_set_query(self._schema, field, list(allowed))
            only = tantivy.Query.const_score_query(members, 0.0)
            query = tantivy.Query.boolean_query(
                [(tantivy.Occur.Must, query), (tantivy.Occur.Must, only)]
            )
        hits = self._hits(query, limit)
        found = [(self._searcher.doc(at)["passage_id"][0], float(score)) for score, at in hits]
        return sorted(found, key=lambda item: (-item[1], item[0]))[:limit]

    def _hits(self, query: tantivy.Query, limit: int) -> list[Any]:
        """The best hits, with all that are as good as the last one.

        Which of equals tantivy gives first depends on how the index is cut into segments.
        """
        asked = limit + SPARE_HITS
        while True:
            hits = self._searcher.search(query, asked, count=False).hits
            if len(hits) < asked or hits[-1][0] < hits[limit - 1][0] or asked >= MAX_EQUAL_HITS:
                return hits
            asked *= 4


def write_index(directory: Path, passages: Iterable[IndexedPassage]) -> None:
    """Make an index of passages in an empty directory."""
    import tantivy

    index = tantivy.Index(_schema(), str(directory), reuse=False)
    index.register_tokenizer(ANALYSER, _analyser())
    writer = index.writer(WRITER_HEAP_BYTES, WRITER_THREADS)
    for passage in passages:
        text, _ = embedding_text(passage.title, passage.heading, passage.text)
        writer.add_document(
            tantivy.Document(passage_id=passage.id, document_id=passage.document_id, text=text)
        )
    writer.commit()
    writer.wait_merging_threads()


def analyse(text: str) -> list[str]:
    """Lower-cased English stems of the words that are not stop words, in order."""
    return _analyser().analyze(text)


@cache
def _analyser() -> tantivy.TextAnalyzer:
    import tantivy

    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.stopword("english"))
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


@cache
def _schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("passage_id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("document_id", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("text", tokenizer_name=ANALYSER, index_option="freq")
    return builder.build()
