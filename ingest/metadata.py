"""Metadata of a document, each field with its origin. An unknown field is None."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from ingest.cleaning.words import is_terminated, words_of
from ingest.dating import find_date
from ingest.header_lines import memo_fields
from ingest.loaders.light_markdown import SECTION_MARK
from ingest.loaders.parsed import iso_date
from ingest.names import looks_like_person, may_end_in_place, persons_with_place, without_place
from ingest.types import Block, CleanedText
from vectorstore.types import Metadata, SentenceKind

Field = tuple[Any, str]
"""A value and where it came from."""

GROUPS = "groups"
"""The field that says who may see the document; an empty list says something, too: everybody."""

WEAK = frozenset({"docx properties", "pptx properties"})
"""Provenance of what a program filled in, often from the document that a new one was made of."""

STAND_INS = frozenset({"file name", "first words of the text", "name of the source"})
"""Provenance of titles that are none of the document's own."""

MAX_TITLE = 200
MAX_FALLBACK_TITLE = 80
"""Characters of the first words that stand in for a title."""

MAX_BYLINE = 160
MAX_DATE_ONLY = 40
"""Characters of a line that is a date and nothing else."""
NUM_HEAD_BLOCKS = 8
LAST_TITLE_BLOCK = 8
MAX_LANGUAGE_SAMPLE = 4000
MIN_LANGUAGE_WORDS = 20
MIN_LANGUAGE_SHARE = 0.08
"""Share of the words that are a language's commonest; real prose has 0.2 and more."""

_NO_TITLE = re.compile(
    r"\W*(?:draft|final|confidential|copy|sample|specimen|internal use only|for internal use"
    r"|not for (?:distribution|publication|release)|embargoed|(?:table of )?contents|index|abstract"
    r"|summary|executive summary|introduction|foreword|preface|press release|news release"
    r"|for immediate release|entwurf|vertraulich|memo(?:randum)?|aktennotiz"
    r"|inhalt(?:sverzeichnis)?|brouillon|sommaire"
    r"|table des matières|borrador|índice|contenido)\W*"
    r"|(?:chapter|section|part|kapitel|chapitre)\s+[\dIVX]+\b.*|\d{1,2}(?:\.\d{1,2})*[.)]\s.*",
    re.IGNORECASE,
)
"""Stamps and the names of parts: headings that name no document."""

_HASH = re.compile(r"[0-9a-f]{8,}", re.IGNORECASE)
_NUMBER_PREFIX = re.compile(r"^\d+[\s_.-]+")
_SEPARATORS = re.compile(r"[\s_+-]+")
_SENTENCE = re.compile(r".+?[.!?](?=[\s”\"]|$)", re.DOTALL)

_PERSON = (
    r"[A-ZÀ-Þ][\w.’'-]*(?:\s+(?:[A-ZÀ-Þ][\w.’'-]*|van|von|de|der|den|di|da|del|la|bin|al)){1,4}"
)
_BYLINE = re.compile(
    r"(?:(?:[Ww]ritten|[Pp]osted|[Ss]ubmitted|[Rr]eported|[Tt]ext|[Ww]ords)\s+)?"
    r"(?:[Bb]y|BY|Authors?:|Von|VON|Par|PAR|Por|POR|Di|DI|Door|DOOR)\s+"
    rf"({_PERSON}(?:(?:,\s+and|,|\s+and|\s+&|\s+und|\s+et|\s+y|\s+e|\s+en)\s+{_PERSON})*)"
    r"\s*(?:[|•·,–—-].*|\s(?:on|am|le|el|il|op|em)\s.*\d.*)?$"
)
_SEMICOLON_AUTHORS = re.compile(
    r"(?:Authors?:\s*)?((?:[^\d;,.:]{2,40},\s[^\d;,]{1,40};\s*)+[^\d;,.:]{2,40},\s[^\d;,]{1,40}?)(?:\s+Date:.*)?$"
)
_AND = re.compile(r",\s+and\s+|,\s*|\s+(?:and|&|und|et|y|e|en)\s+")

_CAPITALISED = r"[A-Z][\w&’'.-]*(?:\s+(?:[A-Z&][\w&’'.-]*|of|for|and|the|on))*\s+[A-Z][\w&’'-]*"
_REPORT_FROM = re.compile(
    r"\b[Tt]his\s+(?:\w+\s+)?(?:report|paper|study|article|brief|white\s?paper|survey|publication)"
    rf"\s+(?:from|by|published by)\s+({_CAPITALISED})"
)
_PUBLISHED_BY = re.compile(
    rf"(?:Published|Issued|Released)\s+by:?\s+(?:the\s+)?({_CAPITALISED}|[A-Z][\w&’'-]+)"
)
_SPEAKER = re.compile(r"([A-Z][\w&’'. -]{3,60}):\s")
_PUBLICATION = re.compile(
    r"\b(?:Review|Magazine|Journal|Times|Post|News|Tribune|Herald|Gazette|Quarterly|Weekly|Today|Insider|Chronicle|Guardian|Economist)$"
)

_COMMON_WORDS = {
    "en": "the of and to in is that for with as are was on by it from this have be which",
    "de": "der die und das ist nicht mit den von zu ein eine auf für dem des sich auch im werden",
    "fr": "le la les des et est dans que pour une un qui sur au par plus pas avec du ce",
    "es": "el la los las de que y en un una por con para es del se al como más su",
    "it": "il la di che e per un una con non del della sono le dei nel è anche alla si",
    "pt": "o a os as de que e em um uma para com não por do da no na dos mais",
    "nl": "de het een van en in is dat op te voor met niet zijn aan er door ook bij om",
}
_COMMON = {language: frozenset(words.split()) for language, words in _COMMON_WORDS.items()}


def infer_metadata(
    cleaned: CleanedText, *, uri: str, fields: Mapping[str, Field], today: date
) -> Metadata:
    """Merge what the source says about itself with what its text plainly shows.

    What the source says wins; a field is inferred only where the source is silent. What a program
    filled in (`WEAK`) counts only where the text has no title, byline or day of its own.
    """
    stated: dict[str, Field] = {
        name: field for name, field in fields.items() if field[0] and name != GROUPS
    }
    weak = {
        n: f
        for n, f in stated.items()
        if (f[1] in WEAK and n in ("title", "authors", "published"))
        or (f[1] == "pdf info" and n == "authors")  # the account that wrote the file
    }
    known = {name: field for name, field in stated.items() if name not in weak}
    memo = memo_fields(_head_lines(cleaned.blocks))
    if "published" in memo and (day := _day(memo["published"][0])) and day[0] > today:
        del memo["published"]  # of a template, or of a plan
    known = {**memo, **known}
    inferred: dict[str, Field | None] = {}
    if "title" not in known:
        inferred["title"] = _title(cleaned, uri)
    if "authors" not in known:
        inferred["authors"] = _authors(cleaned.blocks)
    if "publisher" not in known:
        inferred["publisher"] = _publisher(cleaned)
    if "published" not in known or _day(known["published"][0]) is None:
        known.pop("published", None)
        inferred["published"] = _published(cleaned.blocks, today)
    if "language" not in known:
        inferred["language"] = _language(cleaned.text)
    if "url" not in known and uri.startswith(("http://", "https://")):
        inferred["url"] = (uri, "address of the source")
    title = inferred.get("title")
    if title is not None and title[1] in STAND_INS and "title" in weak:
        del inferred["title"]
    known.update({name: field for name, field in inferred.items() if field is not None})
    known = {**weak, **known}
    groups = tuple(fields[GROUPS][0]) if GROUPS in fields else None
    return replace(_metadata(known), groups=groups)


def _head_lines(blocks: Sequence[Block]) -> list[str]:
    return [line for block in blocks[:NUM_HEAD_BLOCKS] for line in block.text.split("\n")]


def _metadata(known: Mapping[str, Field]) -> Metadata:
    def value(name: str) -> Any:
        return known[name][0] if name in known else None

    published = _day(value("published"))
    authors = value("authors") or ()
    return Metadata(
        title=_shortened(" ".join(str(value("title")).split()), MAX_TITLE),
        authors=(authors,) if isinstance(authors, str) else tuple(map(str, authors)),
        publisher=value("publisher"),
        published=published[0] if published else None,
        published_precision=published[1] if published else "day",
        url=value("url"),
        language=value("language"),
        provenance={name: str(field[1]) for name, field in sorted(known.items())},
    )


def _day(value: Any) -> tuple[date, str] | None:
    """A date and its precision from "2019", "2019-01", "2019-01-15" or a time stamp."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, date):
        return date(value.year, value.month, value.day), "day"
    match = re.match(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", str(value or ""))
    if match is None:
        return None
    year, month, day = match.groups()
    try:
        return date(
            int(year), int(month or 1), int(day or 1)
        ), "day" if day else "month" if month else "year"
    except ValueError:
        return None


def _published(blocks: Sequence[Block], today: date) -> Field | None:
    dated = [
        block
        for block in blocks
        if block.kind is SentenceKind.HEADING and find_date([block.text], today=today)
    ]
    # Days above the entries of a live page are those of what it tells, not of the page.
    left_out = dated if len(dated) > 1 else []
    texts = [
        block.text
        for block in blocks
        if block.kind is not SentenceKind.REFERENCE and block not in left_out
    ]
    found = find_date(texts, today=today)
    return ((found.published, found.precision), found.provenance) if found else None


def _title(cleaned: CleanedText, uri: str) -> Field:
    # The headings of a workbook are names of its sheets.
    headed = [] if uri.lower().endswith(".xlsx") else cleaned.blocks[:LAST_TITLE_BLOCK]
    for block in headed:
        if (
            block.kind is SentenceKind.HEADING
            and block.level < len(SECTION_MARK)
            and len(block.text) <= MAX_TITLE
            and not is_no_title(block.text)
        ):
            return block.text, "first heading"
    name = _readable_name(uri)
    if name:
        return name, "file name"
    first = next((block for block in cleaned.blocks if not is_no_title(block.text)), None)
    if first is not None and first.kind is SentenceKind.TABLE:
        return _stem(uri) or uri, "file name"
    words = _first_words(first.text if first is not None else "")
    return (words, "first words of the text") if words else (uri, "name of the source")


def is_no_title(text: str) -> bool:
    """Whether it is a stamp ("DRAFT") or names a part ("Contents", "1. Methods")."""
    return _NO_TITLE.fullmatch(text.strip()) is not None


def _readable_name(uri: str) -> str | None:
    """A file name as words; None where it is a hash, a number or a single short word."""
    stem = _stem(uri)
    if _HASH.search(stem) and any(part.isdigit() for part in stem):
        return None
    words = _SEPARATORS.sub(" ", _NUMBER_PREFIX.sub("", stem)).strip()
    if len(words) < 4 or not any(character.isalpha() for character in words):
        return None
    return words[0].upper() + words[1:]


def _stem(uri: str) -> str:
    path = urlsplit(uri).path if "://" in uri else uri
    return PurePosixPath(unquote(path).replace("\\", "/")).stem


def _first_words(text: str) -> str:
    """The first sentence without its stop, or as many of its words as a title may have."""
    paragraph = " ".join(text.split("\n\n", 1)[0].split())
    match = _SENTENCE.match(paragraph)
    sentence = match[0] if match else paragraph
    if len(sentence) <= MAX_FALLBACK_TITLE:
        return sentence.rstrip(".")
    cut = sentence[:MAX_FALLBACK_TITLE].rsplit(" ", 1)[0].rstrip(",;:–— ")
    return f"{cut} …"


def _authors(blocks: Sequence[Block]) -> Field | None:
    """Names in a byline at the head; none where others stand below, as on a page of articles."""
    found: Field | None = None
    for number, block in enumerate(blocks):
        at_head = number < NUM_HEAD_BLOCKS
        if at_head and (match := _SEMICOLON_AUTHORS.match(block.text)):
            names = tuple(name.strip() for name in match[1].split(";"))
            return names, f"inferred from the text: “{_shortened(block.text)}”"
        if len(block.text) > MAX_BYLINE or is_terminated(block.text):
            continue
        if found is None and 0 < number < NUM_HEAD_BLOCKS and (names := _bare(blocks, number)):
            found = names, f"inferred from the text: “{_shortened(block.text)}” above the date"
            continue
        for line in block.text.split("\n"):
            if not (match := _BYLINE.match(line)):
                continue
            names = tuple(name for name in _AND.split(match[1]) if name)
            while len(names) > 1 and match[1].endswith(f", {names[-1]}"):
                if looks_like_person(names[-1]):
                    break
                names = names[:-1]  # the office or the paper behind the name
            if not all(looks_like_person(name) for name in names):
                continue
            if may_end_in_place(match[1], names):
                names = tuple(without_place(names, _told(blocks)))
                if not names:
                    return None
            if found is not None and found[0] != names:
                return None
            if found is None and at_head:
                found = names, f"inferred from the text: “{_shortened(line)}”"
    return found


def _told(blocks: Sequence[Block]) -> str:
    """The sentences of the document."""
    return "\n".join(each.text for each in blocks if is_terminated(each.text))


def _bare(blocks: Sequence[Block], number: int) -> tuple[str, ...]:
    """Whole names alone on a line below the title, with the day in the line below them."""
    block, above = blocks[number], blocks[:number]
    below = blocks[number + 1].text if number + 1 < len(blocks) else ""
    under_title = any(each.kind is SentenceKind.HEADING for each in above)
    if block.kind is not SentenceKind.PROSE or not under_title:
        return ()
    if len(below) > MAX_DATE_ONLY or iso_date(below) is None or any(map(str.isdigit, block.text)):
        return ()
    names: list[str] = []
    told = _told(blocks)
    for line in reversed(above):  # one author a line
        if line.kind is not SentenceKind.PROSE or not _whole_names(line.text, told):
            break
        names = [*_whole_names(line.text, told), *names]
    mine = _whole_names(block.text, told)
    return (*names, *mine) if mine else ()


def _whole_names(text: str, told: str) -> tuple[str, ...]:
    """Names of persons with a first one; none where there is anything else on the line."""
    if any(map(str.isdigit, text)):
        return ()
    names = persons_with_place(text, [], told)
    return tuple(names) if all(len(name.split()) > 1 for name in names) else ()


def _shortened(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + " …"


def _publisher(cleaned: CleanedText) -> Field | None:
    if match := _PUBLISHED_BY.search(cleaned.text):
        return match[1], f"inferred from the text: “{_shortened(match[0])}”"
    for match in _REPORT_FROM.finditer(cleaned.text):
        if cleaned.text.count(match[1]) > 1:
            return match[1], f"inferred from the text: “{_shortened(match[0], 100)}”"
    return _interviewing_publication(cleaned)


def _interviewing_publication(cleaned: CleanedText) -> Field | None:
    """In an interview the publication is the one that asks."""
    speakers: Counter[str] = Counter()
    for block in cleaned.blocks:
        match = _SPEAKER.match(block.text)
        if match and _PUBLICATION.search(match[1]):
            speakers[match[1]] += 1
    if len(speakers) != 1:
        return None
    name = next(iter(speakers))
    if cleaned.text.count(name) <= speakers[name]:
        return None
    return name, f"inferred from the text: “{name}:” asks the questions"


def _language(text: str) -> Field | None:
    sample = words_of(text[:MAX_LANGUAGE_SAMPLE])
    if not sample:
        return None
    script = _script(text[:2000])
    if script is not None:
        return script, "inferred from the text: its script"
    if len(sample) < MIN_LANGUAGE_WORDS:
        return None
    counts = Counter(sample)
    shares = {
        language: sum(counts[word] for word in common) / len(sample)
        for language, common in _COMMON.items()
    }
    best = max(shares, key=lambda language: shares[language])
    if shares[best] < MIN_LANGUAGE_SHARE:
        return None
    return best, "inferred from the text: its commonest words"


_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
)
MIN_SCRIPT_SHARE = 0.2


def _script(sample: str) -> str | None:
    """Language of a script that mostly one language uses."""
    for language, pattern in _SCRIPTS:
        if len(pattern.findall(sample)) >= MIN_SCRIPT_SHARE * len(sample):
            return language
    return None
