"""The reading page of one source, made here so that a permalink works without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby
from urllib.parse import urlsplit

from app.languages.catalogue import ENGLISH, long_date, marked, say
from app.languages.identify import TOLD_BY, language_of
from app.web.reading import Block, BlockKind, blocks_of
from app.web.templates import template
from vectorstore.types import Document, Metadata, Sentence

MAX_HEADING_LEVEL = 6
_FOREIGN = marked("From another article; never cited:")
_CHANGED = marked("The source has changed since. This is the version that was cited.")
_GONE = marked("The source is no longer among those searched. This is the version that was cited.")


def reading_page(
    document: Document,
    span: tuple[int, int] | None,
    *,
    current: str | None,
    sentences: Sequence[Sentence] = (),
    root: str = "",
    language: str = ENGLISH,
) -> str:
    """HTML of a document with the characters of `span` highlighted.

    Args:
        document: The version to show.
        span: Start and end of the highlight; None, or one that is empty, for none.
        current: The version that is searched now, None if the source is gone.
        sentences: Of this version; they tell what is a heading.
        root: Path that everything is served below.
        language: Of the page's own words.
    """
    metadata = document.metadata
    if span is not None and span[0] >= span[1]:
        span = None
    return template("reading.html").substitute(
        language=language,
        text_language=language_of(document.text[:TOLD_BY]) or "",
        title=escape(metadata.title),
        byline=_byline(metadata, language),
        root=root,
        notice=_caution(metadata) + _notice(document, current, root, language),
        body=_body(document, span, sentences, language),
        provenance=_provenance(metadata, language),
    )


def is_web_address(url: str | None) -> bool:
    """Whether a URL may be a link: http or https with a host, nothing else."""
    if url is None:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def _caution(metadata: Metadata) -> str:
    text = metadata.caution
    return f'<p class="notice" role="note">{escape(text)}</p>' if text else ""


def _byline(metadata: Metadata, language: str) -> str:
    parts = [escape(metadata.place)] if metadata.place else []
    parts += [escape(", ".join(metadata.authors))] if metadata.authors else []
    if metadata.publisher:
        parts.append(escape(metadata.publisher))
    if metadata.published is None:
        parts.append(escape(say(language, "undated")))
    else:
        shown = long_date(metadata.published, metadata.published_precision, language)
        parts.append(f"<time>{escape(shown)}</time>")
    if metadata.url is not None and is_web_address(metadata.url):
        original = escape(say(language, "Original"))
        link = f'<a href="{escape(metadata.url)}" rel="noopener noreferrer">{original}</a>'
        parts.append(link)
    return '<span class="dot"> · </span>'.join(parts)


def _notice(document: Document, current: str | None, root: str, language: str) -> str:
    if current == document.version:
        return ""
    text = escape(say(language, _GONE if current is None else _CHANGED))
    if current is not None:
        link = escape(say(language, "Read the current one"))
        text += f' <a href="{root}/sources/{escape(document.id)}">{link}</a>'
    return f'<p class="notice" role="note">{text}</p>'


def _provenance(metadata: Metadata, language: str) -> str:
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(origin)}</dd>"
        for name, origin in metadata.provenance.items()
    )
    return (
        f"<details><summary>{escape(say(language, 'Where these details come from'))}</summary>"
        f"<dl>{rows}</dl></details>"
        if rows
        else ""
    )


def _body(
    document: Document,
    span: tuple[int, int] | None,
    sentences: Sequence[Sentence],
    language: str,
) -> str:
    anchor = _Anchor()
    text = document.text
    blocks = blocks_of(text, sentences)
    if blocks and _repeats_title(document, blocks[0], span):
        del blocks[0]
    parts = []
    for kind, group in groupby(blocks, key=lambda block: block.kind):
        inner = "".join(_block(text, block, span, anchor, language) for block in group)
        match kind:
            case BlockKind.LIST_ITEM:
                parts.append(f"<ul>{inner}</ul>")
            case BlockKind.TABLE_ROW:
                parts.append(f"<table>{inner}</table>")
            case _:
                parts.append(inner)
    return "\n".join(parts)


def _repeats_title(document: Document, block: Block, span: tuple[int, int] | None) -> bool:
    """Whether a text begins with the title above it, which is not part of the cited span."""
    return (
        block.kind is BlockKind.HEADING
        and document.text[block.start : block.end] == document.metadata.title
        and (span is None or span[0] >= block.end)
    )


class _Anchor:
    """Gives the first highlighted piece the id that the page scrolls to, and no other."""

    used = False

    def attribute(self) -> str:
        if self.used:
            return ""
        self.used = True
        return ' id="quote" tabindex="-1"'


def _block(
    text: str, block: Block, span: tuple[int, int] | None, anchor: _Anchor, language: str
) -> str:
    def shown(start: int, end: int) -> str:
        return _highlighted(text, (start, end), span, anchor)

    match block.kind:
        case BlockKind.HEADING:
            # The page's own title is the only h1, whether or not the text repeats it.
            level = min(max(block.level, 2), MAX_HEADING_LEVEL)
            return f"<h{level}>{shown(block.start, block.end)}</h{level}>"
        case BlockKind.LIST_ITEM:
            return f"<li>{shown(block.start, block.end)}</li>"
        case BlockKind.TABLE_ROW:
            return f"<tr>{''.join(f'<td>{shown(*cell)}</td>' for cell in block.cells)}</tr>"
        case BlockKind.PARAGRAPH:
            foreign = f'<p class="foreign">{escape(say(language, _FOREIGN))}</p>'
            label = foreign if block.is_foreign else ""
            return f"{label}<p>{shown(block.start, block.end)}</p>"


def _highlighted(
    text: str, part: tuple[int, int], span: tuple[int, int] | None, anchor: _Anchor
) -> str:
    first, last = part
    if span is None or span[1] <= first or span[0] >= last:
        return escape(text[first:last])
    start, end = max(span[0], first), min(span[1], last)
    before, quote, after = text[first:start], text[start:end], text[end:last]
    return f"{escape(before)}<mark{anchor.attribute()}>{escape(quote)}</mark>{escape(after)}"
