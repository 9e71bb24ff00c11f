"""Whatever a file holds, a quote is what stands at its span, and no longer than a citation."""

from __future__ import annotations

import hashlib
import html
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import docx
import pytest
from langchain_core.documents import Document as RawDocument

from ingest.errors import EmptyDocumentError
from ingest.loaders.limits import LoadLimits
from ingest.loaders.worker import parse
from ingest.prepare import prepare
from tests.builders import HashingEmbedder, make_version
from tests.store_trials import Store
from tests.unit.ingest.pdf_files import paragraph, write_pdf
from tests.unit.ingest.slide_files import book, frame, presentation, shape, slide, table
from vectorstore.sentences import MAX_SENTENCE
from vectorstore.spans import span_problems
from vectorstore.types import PreparedDocument

DOCUMENTS = int(os.environ.get("ACCORD_SPAN_DOCUMENTS", "300"))
"""Over all formats; 2,000 take a minute."""

LIMITS = LoadLimits()
_WORDS = (
    "the venture shipped glass to Irwell and Co. for 17 tons in 2019, e.g. naïve café “terms” "
    "U.S. 3.5 % – however; (so it says) 中文句子。これは文です。 שלום 🤝 "
    "a\u0301 x\u00a0y so\u00adft "
    "*bold* _it_ [link](http://a.example/b_c) `code` <b> & &amp; | \\ # 1. - > ~~ $5 @ "
    "https://example.org/?q=1 Dr. No. No. 5 Fig. 2 … ! ? ??"
).split(" ")


@dataclass(frozen=True)
class Part:
    """A heading, paragraph, list or table to write in some format."""

    kind: str
    rows: list[list[str]]


def words(chance: random.Random, most: int) -> str:
    count = chance.choice([1, 3, 8, 20, most])
    chosen = [chance.choice(_WORDS) for _ in range(count)]
    if chance.random() < 0.3:
        chosen = [f"{word}." if chance.random() < 0.15 else word for word in chosen]
    if chance.random() < 0.03:
        chosen.append("x" * chance.randint(500, 3000))
    return " ".join(chosen)


def parts_of(chance: random.Random) -> list[Part]:
    parts: list[Part] = []
    for _ in range(chance.randint(1, 7)):
        kind = chance.choice(["heading", "text", "text", "list", "table", "note"])
        width = chance.randint(1, 5) if kind == "table" else 1
        length = chance.randint(1, 5) if kind in ("list", "table") else 1
        most = chance.choice([40, 200, 900])
        rows = [[words(chance, most) for _ in range(width)] for _ in range(length)]
        parts.append(Part(kind, rows))
    return parts


def as_text(parts: list[Part]) -> bytes:
    blocks = ["\n".join("\t".join(row) for row in part.rows) for part in parts]
    return "\n\n".join(blocks).encode()


def as_markdown(parts: list[Part]) -> bytes:
    blocks = []
    for part in parts:
        if part.kind == "table":
            rows = ["| " + " | ".join(row) + " |" for row in part.rows]
            blocks.append("\n".join([rows[0], "|" + "---|" * len(part.rows[0]), *rows[1:]]))
        else:
            sign = {"heading": "## ", "list": "- ", "note": "[^1]: "}.get(part.kind, "")
            blocks.append("\n".join(sign + row[0] for row in part.rows))
    return "\n\n".join(blocks).encode()


def as_html(parts: list[Part]) -> bytes:
    written = []
    for part in parts:
        rows = [[html.escape(each) for each in row] for row in part.rows]
        if part.kind == "table":
            cells = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in rows)
            written.append(f"<table>{cells}</table>")
        elif part.kind == "list":
            written.append(f"<ul>{''.join(f'<li>{row[0]}</li>' for row in rows)}</ul>")
        else:
            tag = "h2" if part.kind == "heading" else "p"
            written.append(f"<{tag}>{rows[0][0]}</{tag}>")
    return f"<html><body><main>{''.join(written)}</main></body></html>".encode()


def as_docx(parts: list[Part]) -> bytes:
    document = docx.Document()
    for part in parts:
        if part.kind == "table":
            made = document.add_table(len(part.rows), len(part.rows[0]))
            for cell, text in zip(made._cells, [c for row in part.rows for c in row], strict=True):
                cell.text = text
        elif part.kind == "heading":
            document.add_heading(part.rows[0][0], 1)
        else:
            for row in part.rows:
                document.add_paragraph(row[0], "List Bullet" if part.kind == "list" else None)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def as_pdf(parts: list[Part]) -> bytes:
    lines: list[str] = []
    for part in parts:
        for row in part.rows:
            line = "   ".join(row).encode("cp1252", "ignore").decode("cp1252")
            lines += [line[at : at + 90] for at in range(0, len(line), 90)] + [""]
    pages = [lines[at : at + 45] for at in range(0, len(lines), 45)]
    return write_pdf([paragraph(page) for page in pages])


def as_slides(parts: list[Part]) -> bytes:
    shapes = []
    for part in parts:
        rows = [[html.escape(each) for each in row] for row in part.rows]
        if part.kind == "table":
            shapes.append(frame(table(*rows)))
        else:
            shapes.append(shape(*(f" {row[0]}" for row in rows), kind=_PLACES.get(part.kind)))
    return presentation(slide(*shapes))


_PLACES = {"heading": "title", "list": "body"}


def as_book(parts: list[Part]) -> bytes:
    page = as_html(parts).decode()
    return book(page[page.index("<main>") : page.index("</body>")])


WRITERS: dict[str, Callable[[list[Part]], bytes]] = {
    "text": as_text,
    "markdown": as_markdown,
    "html": as_html,
    "docx": as_docx,
    "pdf": as_pdf,
    "pptx": as_slides,
    "epub": as_book,
}


def read(kind: str, seed: int) -> PreparedDocument | None:
    content = WRITERS[kind](parts_of(random.Random(seed)))
    try:
        parsed = parse(content, kind, LIMITS)
    except EmptyDocumentError:
        return None
    sha256 = hashlib.sha256(content).hexdigest()
    metadata = {"uri": f"/{kind}/{seed}", "sha256": sha256, "fields": parsed.fields}
    return prepare(RawDocument(parsed.text, metadata=metadata)).document


@pytest.mark.parametrize("kind", WRITERS)
def test_a_quote_is_what_stands_at_its_span(kind: str, tmp_path: Path) -> None:
    seeds = range(DOCUMENTS // len(WRITERS))
    documents = [found for seed in seeds if (found := read(kind, seed)) is not None]
    assert len(documents) > 0.9 * len(seeds)
    embedder = HashingEmbedder(8)
    with Store(tmp_path) as store:
        for document in documents:
            assert list(span_problems(document)) == [], document.document.uri
            assert all(s.end - s.start <= MAX_SENTENCE for s in document.sentences)
        new = [make_version(document, embedder) for document in documents]
        keys = store.catalog.stage(new)
        served = {n.prepared.document.id: key for n, key in zip(new, keys, strict=True)}
        store.catalog.flip(store.catalog.begin_generation(served))
        differing = 0
        with store.catalog.read() as reader:
            for document in documents:
                quoted = reader.sentences([passage.id for passage in document.passages])
                assert quoted.keys() == {passage.id for passage in document.passages}
                differing += sum(
                    document.document.text[sentence.start : sentence.end] != quote
                    for passage in quoted.values()
                    for sentence, quote in zip(passage.sentences, passage.texts, strict=True)
                )
        assert differing == 0
