"""An answer and its sources as text for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.commands.terminal import HARD_SPACE, LINK, QUOTE, TITLE, WARNING, Page
from app.languages.catalogue import ENGLISH, both, say
from app.telling import differing, understood
from app.types import Answer, Citation, Claim, Form, Table
from vectorstore.types import Metadata

QUOTED_INDENT = 4

Address = Callable[[str], str | None]
"""Where a document can be opened, by its id: a URL or a path; None where that is not known."""


def print_claim(page: Page, claim: Claim, *, below: str = "") -> None:
    """A sentence and its numbers, on one line with its last word, under its heading if it has one.

    Args:
        page: Where to print.
        claim: The sentence.
        below: The heading that was printed last.
    """
    if claim.heading and claim.heading != below:
        page.write()
        page.write(claim.heading, style=TITLE)
    mark = "- " if claim.form is Form.ITEM else ""
    numbers = _marks(claim.citations)
    page.write(f"{mark}{claim.text}{HARD_SPACE}{numbers}" if numbers else f"{mark}{claim.text}")


def print_lead(page: Page, answer: Answer) -> None:
    """The answer in a word or two, where there is one."""
    if answer.lead:
        parts = (f"{text}{HARD_SPACE}[{n}]" for text, n in answer.lead.parts)
        page.write(" ".join(parts), style=TITLE)
        page.write()


def print_whole(page: Page, answer: Answer, address: Address) -> None:
    """An answer of which nothing was printed yet."""
    if told := understood(answer):
        page.write(told)
        page.write()
    print_lead(page, answer)
    heading = ""
    for claim in answer.claims:
        print_claim(page, claim, below=heading)
        heading = claim.heading
    _print_below(page, answer, address)


def print_rest(page: Page, answer: Answer, address: Address) -> None:
    """Everything but the sentences: messages, disagreements, sources with quotes, near misses."""
    if told := understood(answer):
        page.write()
        page.write(told)
    _print_below(page, answer, address)


def _print_below(page: Page, answer: Answer, address: Address) -> None:
    if answer.table:
        page.write()
        _print_table(page, answer.table)
    if answer.message:
        page.write(answer.message)
    if answer.fallback:
        page.write()
        page.write(answer.fallback, style=WARNING)
    language = answer.language
    for each in answer.notes.disagreements:
        numbers = both(language, [f"[{n}]" for n in each.citations]).replace(" ", HARD_SPACE)
        page.write()
        page.write(differing(each, language, numbers), style=WARNING)
    for citation in answer.citations:
        page.write()
        _print_citation(page, citation, address, language)
    if answer.near_misses:
        page.write()
        page.write(say(language, "Near, but not an answer:"))
        for near in answer.near_misses:
            page.write(f"- {near.text} ({near.title})", indent=0)


def _print_table(page: Page, table: Table) -> None:
    """In columns as wide as their longest cell."""
    rows = [["", *table.columns]]
    for row in table.rows:
        cells = [f"{cell.text} {_marks(cell.citations)}".strip() for cell in row.cells]
        rows.append([row.label, *cells])
    page.columns(rows, [TITLE, *[""] * len(table.columns)])


def _marks(citations: Sequence[int]) -> str:
    return "".join(f"[{n}]" for n in citations)


def _print_citation(page: Page, citation: Citation, address: Address, language: str) -> None:
    known = citation.metadata
    page.write(f"[{citation.n}] {named(known, language)}", style=TITLE)
    place = below_title(citation.heading, known)
    if citation.page is not None:
        place = f"{place}, page {citation.page}" if place else f"page {citation.page}"
    if place:
        page.write(place, style=LINK, indent=QUOTED_INDENT)
    quote = " ".join(citation.quote.split())
    page.write(f"“{quote}”", style=QUOTE, indent=QUOTED_INDENT)
    if where := address(citation.document_id) if known.url is None else known.url:
        print_address(page, where, indent=QUOTED_INDENT)
    if known.caution:
        page.write(known.caution, style=WARNING, indent=QUOTED_INDENT)


def print_address(page: Page, where: str, *, indent: int) -> None:
    """A path or URL, which terminals that can make a link."""
    link = where if "://" in where else f"file://{where}"
    page.write(where, style=LINK, indent=indent, link=link)


def below_title(heading: Sequence[str], known: Metadata) -> str:
    """The headings above a text, without the title where that is one of them."""
    return " › ".join(each for each in heading if each != known.title)


def body_of(text: str, headings: Sequence[str]) -> str:
    """A passage without the headings that it begins with, on one line.

    Args:
        text: The passage as it is in its document; a heading is a line of its own.
        headings: What was printed above it.
    """
    lines = text.splitlines()
    known = {"", *(" ".join(each.split()) for each in headings)}
    while lines and " ".join(lines[0].split()) in known:
        del lines[0]
    return " ".join(" ".join(lines).split())


def named(known: Metadata, language: str = ENGLISH) -> str:
    """Title, and in brackets what tells it from others."""
    published = known.published.isoformat() if known.published else None
    about = [known.place, known.publisher, published]
    return f"{known.title} ({', '.join(filter(None, about)) or say(language, 'no date')})"
