"""An answer as Slack messages, within all limits; Accord's own links are the only ones. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from app.languages.catalogue import ENGLISH, both, long_date, marked, say
from app.slack.blocks import (
    MAX_BLOCKS,
    MAX_MESSAGE,
    MAX_SECTION,
    Block,
    Element,
    actions,
    address,
    button,
    context,
    pack,
    rich,
    shortened,
    size,
    split,
    words,
)
from app.slack.links import citation_url
from app.slack.markup import inert, link
from app.telling import differing, understood
from app.types import (
    Answer,
    AnswerStatus,
    Citation,
    Claim,
    Form,
    NearMiss,
    Notes,
    SourceAge,
    Table,
    Verdict,
)

MAX_TEXT = 3_000
"""Of the text that notifications and screen readers get instead of the blocks."""
MAX_TITLE = 300
MAX_PUBLISHER = 150
MAX_NEAR_MISS = 400
MAX_SUBJECT = 300
MAX_LINES = 2_800
"""Of source lines in one block: below the 3,000 that Slack allows a text."""
RESERVED = 1_800
"""Characters kept free on each message for notes and buttons."""
RESERVED_BLOCKS = 10

EVIDENCE, THUMBS_UP, THUMBS_DOWN, SHARE = "evidence", "thumbs_up", "thumbs_down", "share"
"""Actions of the buttons under an answer; their value is the answer's id."""

PARTIAL = marked("The sources answer this only in part.")
NEAR = marked("Near, but not an answer:")


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """What one call of `chat.postMessage` shows."""

    text: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """One block of an answer's text and the citations that it names."""

    block: Block
    citations: tuple[Citation, ...] = ()


@dataclass(slots=True)
class Draft:
    """One message filling up with pieces; says when it is full."""

    public_url: str | None
    language: str = ENGLISH
    blocks: list[Block] = field(default_factory=list)
    cited: dict[int, Citation] = field(default_factory=dict)

    def add(self, piece: Piece) -> bool:
        """Take a piece if it and its sources still fit; an empty message takes any."""
        cited = self.cited | {one.n: one for one in piece.citations}
        sources = source_blocks(cited.values(), self.public_url, self.language)
        blocks = [*self.blocks, piece.block, *sources]
        fits = (
            len(blocks) <= MAX_BLOCKS - RESERVED_BLOCKS
            and sum(map(size, blocks)) <= MAX_MESSAGE - RESERVED
        )
        if self.blocks and not fits:
            return False
        self.blocks.append(piece.block)
        self.cited = cited
        return True

    def sources(self) -> list[Block]:
        """The sources of its pieces."""
        cited = (self.cited[n] for n in sorted(self.cited))
        return source_blocks(cited, self.public_url, self.language)


def answer_messages(
    answer: Answer,
    *,
    public_url: str | None,
    answer_id: str | None,
    private: bool = False,
    lead: Sequence[Block] = (),
) -> list[SlackMessage]:
    """A whole answer; more than one message where it is longer than Slack takes.

    Args:
        answer: What to show.
        public_url: Where links to sources lead; None links to the sources' own addresses.
        answer_id: What the buttons name; None leaves them out.
        private: Only one person sees it, who may share it.
        lead: What stands before the answer, such as the question.
    """
    if not answer.claims:
        blocks = [*lead, *_abstention(answer, public_url)]
        return _messages(blocks, answer, answer_id, private)
    known = {citation.n: citation for citation in answer.citations}
    drafts = [Draft(public_url, answer.language, list(lead))]
    for piece in short_pieces(answer, known, public_url):
        drafts[-1].add(piece)
    heading = ""
    for claim in answer.claims:
        for piece in claim_pieces(claim, known, public_url, below=heading):
            if not drafts[-1].add(piece):
                drafts.append(Draft(public_url, answer.language))
                drafts[-1].add(piece)
        heading = claim.heading
    for piece in table_pieces(answer.table, known, public_url) if answer.table else ():
        if not drafts[-1].add(piece):
            drafts.append(Draft(public_url, answer.language))
            drafts[-1].add(piece)
    *full, last = drafts
    before = [page for draft in full for page in pack([*draft.blocks, *draft.sources()])]
    blocks = [*last.blocks, *_note_blocks(answer), *last.sources()]
    return _messages(blocks, answer, answer_id, private, before=before)


def short_pieces(
    answer: Answer, known: Mapping[int, Citation], public_url: str | None
) -> Iterator[Piece]:
    """The answer in a word or two, where there is one, as a line of its own."""
    if answer.lead is None:
        return
    elements: list[Element] = []
    for text, n in answer.lead.parts:
        space = " " if elements else ""
        shown = words(f"{space}{shortened(text, MAX_NEAR_MISS)} ", bold=True)
        elements += [shown, _number(known[n], public_url)]
    yield Piece(rich(elements), tuple(known[n] for _, n in answer.lead.parts))


def claim_pieces(
    claim: Claim, known: Mapping[int, Citation], public_url: str | None, *, below: str = ""
) -> Iterator[Piece]:
    """A sentence and its numbers, in more than one block only where it is very long.

    Its heading comes before, unless it is the one that the sentence before stands `below`.
    """
    if claim.heading and claim.heading != below:
        yield Piece(rich([words(shortened(claim.heading, MAX_NEAR_MISS), bold=True)]))
    *begun, last = split(claim.text) or [""]
    bullet = "• " if claim.form is Form.ITEM else ""
    opening: list[Element] = [words(bullet)] if bullet else []
    for text in begun:
        yield Piece(rich([*opening, words(text)]))
        opening = []
    # A line of a list of documents names its source itself.
    is_source = claim.verdict is Verdict.CATALOG and claim.form is Form.ITEM
    yield from _with_numbers(
        [*opening, words(f"{last} ")], claim.citations, known, public_url, is_source
    )


def table_pieces(
    table: Table, known: Mapping[int, Citation], public_url: str | None
) -> Iterator[Piece]:
    """A line for each cell: what, of which thing, and its numbers. Phones lack room for columns."""
    for row in table.rows:
        for name, cell in zip(table.columns, row.cells, strict=True):
            label = shortened(f"{row.label}, {name}", MAX_TITLE)
            text = shortened(cell.text, MAX_NEAR_MISS)
            elements = [words(f"{label}: ", bold=True), words(f"{text} ")]
            yield from _with_numbers(elements, cell.citations, known, public_url)


def _with_numbers(
    elements: list[Element],
    numbers: Sequence[int],
    known: Mapping[int, Citation],
    public_url: str | None,
    is_source: bool = False,
) -> Iterator[Piece]:
    """Text and the numbers behind it, in more than one block only where they are very many."""
    shown: list[Citation] = []
    for n in numbers:
        citation = known[n]
        mark = _number(citation, public_url)
        if size(rich([*elements, mark])) > MAX_SECTION:
            yield Piece(rich(elements), tuple(shown))
            elements, shown = [], []
        elements = [*elements, mark]
        shown += [] if is_source else [citation]
    yield Piece(rich(elements), tuple(shown))


def source_blocks(
    citations: Iterable[Citation], public_url: str | None, language: str = ENGLISH
) -> list[Block]:
    """A line for each citation, as many to a block as it takes."""
    lines = (source_line(one, public_url, language) for one in citations)
    return [context(text) for text in _joined(lines)]


def source_line(citation: Citation, public_url: str | None, language: str = ENGLISH) -> str:
    """Number, title that opens the source at the sentence, publisher, date: Slack's markup."""
    known = citation.metadata
    title = link(citation_url(citation, public_url), shortened(known.title, MAX_TITLE))
    publisher = inert(shortened(known.publisher, MAX_PUBLISHER)) if known.publisher else None
    published = _date_of(citation, language)
    place = inert(shortened(known.place, MAX_PUBLISHER)) if known.place else None
    caution = inert(known.caution) if known.caution else None
    parts = filter(None, [title, place, publisher, published, caution])
    return f"[{citation.n}] {', '.join(parts)}"


def asked_by(person: str, question: str, language: str = ENGLISH) -> Block:
    """Who asked what, above an answer in a place where the question is not visible."""
    return rich(
        [
            {"type": "user", "user_id": person},
            words(
                " "
                + say(language, "asked: {question}", question=shortened(question, MAX_NEAR_MISS))
            ),
        ]
    )


def plain_message(text: str) -> SlackMessage:
    """A message with a sentence of Accord, or one that quotes somebody."""
    shown = split(text, MAX_TEXT)[0] if text.strip() else text
    return SlackMessage(inert(shown), (rich([words(shown)]),))


def fallback_text(answer: Answer) -> str:
    """The answer in words alone."""
    short = [(text, (n,)) for text, n in answer.lead.parts] if answer.lead else []
    told = [*short, *((claim.text, claim.citations) for claim in answer.claims)]
    claims = " ".join(f"{text} {''.join(f'[{n}]' for n in numbers)}" for text, numbers in told)
    return inert(next(iter(split(claims or answer.message or "", MAX_TEXT)), ""))


def _messages(
    blocks: Sequence[Block],
    answer: Answer,
    answer_id: str | None,
    private: bool,
    *,
    before: Sequence[Sequence[Block]] = (),
) -> list[SlackMessage]:
    buttons = [] if answer_id is None else [_buttons(answer, answer_id, private)]
    text = fallback_text(answer)
    return [SlackMessage(text, tuple(page)) for page in [*before, *pack([*blocks, *buttons])]]


def _abstention(answer: Answer, public_url: str | None) -> list[Block]:
    message = [rich([words(piece)]) for piece in split(answer.message or "")]
    lines = [_near_miss(one, public_url) for one in answer.near_misses]
    near = (
        [context(text) for text in _joined([say(answer.language, NEAR), *lines])] if lines else []
    )
    heard = [context(text) for text in _understood(answer)]
    return [*message, *heard, *_fallback_note(answer), *near]


def _near_miss(miss: NearMiss, public_url: str | None) -> str:
    url = None
    if public_url is not None:
        span = f"version={miss.version[:12]}&start={miss.start}&end={miss.end}"
        url = f"{public_url.rstrip('/')}/sources/{miss.document_id}?{span}"
    title = link(url, shortened(miss.title, MAX_TITLE))
    return f"• {title}: “{inert(shortened(miss.text, MAX_NEAR_MISS))}”"


def _note_blocks(answer: Answer) -> list[Block]:
    known = {citation.n: citation for citation in answer.citations}
    language = answer.language
    lines = [*_understood(answer), *map(inert, _missing(answer))]
    for one in answer.notes.disagreements:
        numbers = [f"[{n}] ({_date_of(known[n], language)})" for n in one.citations if n in known]
        subject = inert(shortened(one.subject, MAX_SUBJECT))
        lines.append(differing(replace(one, subject=subject), language, both(language, numbers)))
    if dates := _dates(answer.notes, language):
        lines.append(dates)
    return [*_fallback_note(answer), *(context(text) for text in _joined(lines))]


def _understood(answer: Answer) -> list[str]:
    """How the question was understood, where that differs from it."""
    told = understood(answer)
    return [inert(shortened(told, MAX_NEAR_MISS))] if told else []


def _missing(answer: Answer) -> list[str]:
    """What the sources leave open."""
    if answer.message:
        return [answer.message]
    return [say(answer.language, PARTIAL)] if answer.status is AnswerStatus.PARTIAL else []


def _fallback_note(answer: Answer) -> list[Block]:
    """That the chat model was not used, where the answer says so."""
    note = answer.fallback
    return [context(inert(shortened(note, MAX_SUBJECT)))] if note else []


def _dates(notes: Notes, language: str) -> str:
    undated = say(language, "Sources without a date: {number}.", number=notes.undated)
    if notes.newest is None:
        return undated if notes.undated else ""
    parts = [say(language, "Newest source used: {source}.", source=_aged(notes.newest, language))]
    if notes.oldest is not None and notes.oldest != notes.newest:
        parts.append(say(language, "Oldest: {source}.", source=_aged(notes.oldest, language)))
    if notes.undated:
        parts.append(undated)
    return " ".join(parts)


def _aged(age: SourceAge, language: str) -> str:
    title = inert(shortened(age.title, MAX_TITLE))
    return f"{title}, {_dated(age.published, age.precision, language)}"


def _date_of(citation: Citation, language: str) -> str:
    known = citation.metadata
    return _dated(known.published, known.published_precision, language)


def _dated(published: date | None, precision: str, language: str) -> str:
    return long_date(published, precision, language) if published else say(language, "no date")


def _buttons(answer: Answer, answer_id: str, private: bool) -> Block:
    language = answer.language
    evidence = button(say(language, "Show evidence"), EVIDENCE, answer_id)
    good, bad = say(language, "This answer is good"), say(language, "Something is wrong with it")
    buttons = [evidence] if answer.citations else []
    buttons += [
        button("👍", THUMBS_UP, answer_id, accessibility_label=good),
        button("👎", THUMBS_DOWN, answer_id, accessibility_label=bad),
    ]
    if private:
        buttons.append(button(say(language, "Share with channel"), SHARE, answer_id))
    return actions(buttons)


def _number(citation: Citation, public_url: str | None) -> Element:
    url = citation_url(citation, public_url)
    shown = f"[{citation.n}]"
    return address(url, shown) if url else words(shown)


def _joined(lines: Iterable[str]) -> list[str]:
    """Lines in as few texts as take them."""
    texts: list[str] = []
    for line in lines:
        if texts and size(context(f"{texts[-1]}\n{line}")) <= MAX_LINES:
            texts[-1] = f"{texts[-1]}\n{line}"
        else:
            texts.append(line)
    return texts
