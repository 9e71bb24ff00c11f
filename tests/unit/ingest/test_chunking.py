"""Passages: whole sentences under one heading, within their sizes, exact spans."""

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from langchain_core.documents import Document as RawDocument

from ingest.chunking import DEFAULT_SETTINGS, ChunkingSettings
from ingest.prepare import prepare
from vectorstore.spans import span_problems
from vectorstore.types import PreparedDocument, SentenceKind, passage_id

SENTENCE = "The partner brings staff, data and money to the hospital every single year."


def prepared(text: str, settings: ChunkingSettings = DEFAULT_SETTINGS) -> PreparedDocument:
    return prepare(RawDocument(text, metadata={"uri": "a.md"}), settings=settings).document


def passage_texts(document: PreparedDocument) -> list[str]:
    return [document.document.text[p.start : p.end] for p in document.passages]


def test_no_passage_crosses_a_heading_and_each_begins_with_its_own() -> None:
    document = prepared(f"# One\n\n{SENTENCE}\n\n# Two\n\nAnother one.\n")

    assert passage_texts(document) == [f"One\n\n{SENTENCE}", "Two\n\nAnother one."]
    assert [passage.heading for passage in document.passages] == [("One",), ("Two",)]


def test_a_heading_without_text_of_its_own_goes_with_the_next() -> None:
    document = prepared(f"# One\n\n## Inner\n\n{SENTENCE}\n")

    assert passage_texts(document) == [f"One\n\nInner\n\n{SENTENCE}"]
    assert document.passages[0].heading == ("One", "Inner")


def test_a_short_tail_joins_the_passage_before() -> None:
    document = prepared(" ".join([SENTENCE] * 10) + " The end.")

    lengths = [passage.end - passage.start for passage in document.passages]
    assert len(lengths) == 1
    assert lengths[0] <= 900


def test_passages_keep_to_target_and_maximum() -> None:
    document = prepared(" ".join([SENTENCE] * 60))

    lengths = [passage.end - passage.start for passage in document.passages]
    assert max(lengths) <= 900
    assert min(lengths) >= 200


def test_pull_quotes_and_references_do_not_share_a_passage_with_the_body() -> None:
    quote = "Strategic partners share their data and their risk with the hospital for many years."
    text = (
        f"# Report\n\nFirst, a word. {quote} That was the rule.\n\n**{quote}**\n\n{SENTENCE}\n\n"
        "## References\n\n1. Smith, J. A book about partners. 2019.\n"
    )
    document = prepared(text)

    kinds = [
        {
            (document.sentences[n].repeats, document.sentences[n].kind is SentenceKind.REFERENCE)
            for n in range(p.first_sentence, p.last_sentence + 1)
            if document.sentences[n].kind is not SentenceKind.HEADING
        }
        for p in document.passages
    ]
    assert all(len(kind) == 1 for kind in kinds)
    assert {(True, False)} in kinds
    assert {(False, True)} in kinds


def test_a_row_longer_than_a_passage_is_cited_by_its_cells() -> None:
    row = "| " + " | ".join(f"cell number {n} with words" for n in range(80)) + " |"
    document = prepared(row)

    texts = passage_texts(document)
    assert len(texts) > 1
    assert all(len(text) <= 900 for text in texts)
    assert " | ".join(texts) == document.document.text
    assert all(sentence.end - sentence.start <= 600 for sentence in document.sentences)
    assert document.sentences[0].heading == ()
    assert {s.heading for s in document.sentences[1:]} == {("cell number 0 with words",)}


def test_a_cell_that_is_a_text_gives_its_sentences_under_the_name_of_its_row() -> None:
    document = prepared(f"# Memo\n\n| History | {' '.join([SENTENCE] * 12)} |\n")

    said = [(s.kind, document.document.text[s.start : s.end]) for s in document.sentences]
    assert said == [
        (SentenceKind.HEADING, "Memo"),
        (SentenceKind.TABLE, "History"),
        *[(SentenceKind.PROSE, SENTENCE)] * 12,
    ]
    assert {s.heading for s in document.sentences[2:]} == {("Memo", "History")}


def test_a_long_text_in_the_first_row_of_a_table_is_kept_once() -> None:
    document = prepared(f"| {SENTENCE} {SENTENCE} | Share |\n|---|---|\n| Ryde | 55 % |\n")

    assert document.document.text == f"{SENTENCE} {SENTENCE} | Share\nRyde | 55 %"


@pytest.mark.parametrize(
    "text",
    [
        "# " + "A heading that goes on " * 60,
        "| " + "x" * 2000 + " |",
        "```\n" + "code " * 400 + "\n```",
        "## References\n\n1. Smith, J. " + "A book about partners, " * 60 + "2019.",
        "- " + "An item that goes on and " * 60,
        "[^1]: " + "A note that goes on and " * 60,
    ],
)
def test_no_span_is_longer_than_a_citation(text: str) -> None:
    document = prepared(text + "\n\nThe end of it.")

    assert list(span_problems(document)) == []
    assert max(sentence.end - sentence.start for sentence in document.sentences) <= 600


def test_ids_name_document_version_and_place() -> None:
    document = prepared(SENTENCE)

    passage = document.passages[0]
    assert passage.id == passage_id(document.document.id, document.document.version, 0)


@hypothesis_settings(max_examples=40, deadline=None)
@pytest.mark.parametrize("maximum", [120, 300, 900])
@given(
    st.lists(
        st.sampled_from(
            [SENTENCE, "Short one.", "# Head", "- item", "| a | b |", "word " * 90 + "end."]
        ),
        max_size=30,
    )
)
def test_every_sentence_is_in_a_passage_and_all_spans_are_exact(
    maximum: int, parts: list[str]
) -> None:
    settings = ChunkingSettings(target=maximum * 7 // 9, maximum=maximum, minimum=maximum // 5)
    document = prepared("\n\n".join(parts), settings)
    text = document.document.text

    covered = set()
    for ordinal, passage in enumerate(document.passages):
        assert passage.ordinal == ordinal
        alone = passage.first_sentence == passage.last_sentence
        assert passage.end - passage.start <= maximum or alone
        assert text[passage.start : passage.end].strip() == text[passage.start : passage.end]
        covered.update(range(passage.first_sentence, passage.last_sentence + 1))
    assert covered == set(range(len(document.sentences)))
    assert list(span_problems(document)) == []
