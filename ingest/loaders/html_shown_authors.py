"""The authors as the page shows them: in a line beside its title ("By Ann Lee"), or labelled so.

Read from all visible lines, like the day: a byline often stands outside of the article's element.
A name counts only where the whole of what stands after the lead-in is made of names; a place, an
office or a day behind them is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ingest.loaders.html_dateline import day_at_start
from ingest.loaders.html_lines import EDGE, Line, lines_beside, lines_of, title_at
from ingest.loaders.html_visible import is_comment, names_byline
from ingest.names import persons_in, persons_with_place

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

MAX_LINE = 200
MAX_LABELLED = 80
"""Characters of a line that names the author far from the title, at the foot of the article."""

MAX_LONG = 200
"""Characters of a paragraph of the article; below it no name counts without a label."""

MAX_ELEMENTS = 150
"""Elements below a title among which one may be named as the byline."""

_DONE = (
    r"(?:written|words|story|posted|published|reported|reporting|submitted|analysis|opinion"
    r"|(?:guest |sponsored )?(?:post|article|column|essay|review)|gast(?:beitrag|artikel|kommentar)"
    r"|ein (?:artikel|beitrag|bericht|text|kommentar)|un (?:article|articulo|artículo|articolo)"
    r"|geschrieben|verfasst|erstellt|veröffentlicht|gepostet|eingestellt|ein \w+beitrag"
    r"|publiée?|écrite?|rédigée?|postée?|escrit[oa]|publicad[oa]|postado|scritto|pubblicato"
    r"|geschreven|geplaatst|texte?|text[oa]|tekst)"
)
_LABEL = (
    r"(?:authors?|words|autor(?:en|in|es|a)?|autor[:*/_]in(?:nen)?|auteurs?|autrice|autore"
    r"|autori|schrijver|verfasser(?:in)?|redaktion|redacteur"
    r"|(?:texte?|text[oa]|testo|tekst)(?:\s(?:&|und|and|et|y|e|en)\s(?:fotos?|photos?|bilder|images))?)"
)
_LEAD_IN = re.compile(
    rf"(?:{_DONE}\s+(?:on .{{6,30}} |am .{{6,30}} |le .{{6,30}} )?)?"
    rf"(?:by|von|par|por|di|de|da|door)\s*:?[\s{EDGE}]+(?:(?:by|von|par|por)[\s{EDGE}]+)?"
    rf"|{_LABEL}[\s{EDGE}]*:[\s{EDGE}]*",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    rf"(?:{_LABEL}|{_DONE}\s+(?:by|von|par|por|di|da|door))[\s{EDGE}]*:\s*", re.IGNORECASE
)
_LABEL_ALONE = re.compile(rf"(?:{_LABEL}|by|von|par|por|door)\s*:?", re.IGNORECASE)
_JOINT = re.compile(r"(?:,|&|and|und|et|y|e|en|/|\+)*", re.IGNORECASE)
_JOINTS = re.compile(
    r"\A\s*(?:,|&|and\b|und\b|et\b|y\b|e\b|en\b)\s*|\s*(?:,|&|\band|\bund|\bet|\by|\be|\ben)\s*\Z"
)


_READING_TIME = re.compile(
    r"\d{1,2}[ -]?min(?:ute[ns]?|uti|uten)?\.?"
    r"(?: (?:read|lesezeit|de lecture|de lectura|leestijd))?"
    r"|(?:lesezeit|reading time):? \d{1,2} \w+",
    re.IGNORECASE,
)
_SIGNS = ("|", "•", "·", "–", "—", "-")
_GOES_ON = re.compile(r"\s(?:and|und|et|y|e|en|&)\s*\Z")
_CREDIT = re.compile(
    r"\W*(?:reporting|writing|reported|written) by\s+(?P<names>[^;.()]+)", re.IGNORECASE
)
_NEXT_CREDIT = re.compile(r",?\s+(?:additional|editing|edited|writing|written)\b", re.IGNORECASE)


def shown_authors(tree: HtmlElement, title: str, sites: Sequence[str]) -> list[str]:
    """Names in the byline that the page shows beside its title; [] where it shows none plainly.

    Args:
        tree: The page without what no reader sees, its menus and foot still in it.
        title: Of the page, by which its heading is known.
        sites: Names of the site and its publisher, which are no authors.
    """
    body = tree.find(".//body")
    if body is None:
        return []
    lines = lines_of(body)
    at = title_at(lines, title)
    beside = lines_beside(lines, at) if at is not None else ()
    told = "\n".join(line.text.replace(EDGE, "") for line in lines if line.text.endswith("."))
    for number in beside:
        if found := _in_line(lines, number, sites, told):
            return found
    if at is not None and (found := _in_named_element(lines[at].block, sites)):
        return found
    return _labelled(lines, sites, told) or _credited(lines, sites) or _dated(lines, sites)


def _in_line(lines: Sequence[Line], number: int, sites: Sequence[str], told: str) -> list[str]:
    line = lines[number]
    if len(line.text) > MAX_LINE or is_comment(line.block):
        return []
    text = line.text[day_at_start(line.text) :].lstrip(f" ,|•·–—-/{EDGE}")
    if match := _LEAD_IN.match(text):
        return _names(text[match.end() :], sites, told)
    above = lines[number - 1].text.replace(EDGE, " ").strip() if number else ""
    return _names(text, sites, told) if _LABEL_ALONE.fullmatch(above) else []


def _names(text: str, sites: Sequence[str], told: str) -> list[str]:
    """Names at the start of what stands behind "By", piece by piece."""
    names: list[str] = []
    for piece in text.split(EDGE):
        said = _JOINTS.sub("", piece).strip()
        if not said or _JOINT.fullmatch(said.replace(" ", "")):
            continue
        if names and _GOES_ON.search(piece) and not persons_in(said, sites):
            continue  # "Ann Lee, Chief Reporter and Ben Ross"; "Ann Lee, dpa und Ben Ross"
        if names and piece.lstrip().startswith(",") and said[:1].isupper():
            break  # "Ann Lee, Porto Alegre": the name is an element of its own, the place is not
        found = persons_with_place(said, sites, told)
        if not found:
            break
        names += found
        if not _is_whole(piece, found):
            break
    return list(dict.fromkeys(names))


def _is_whole(piece: str, names: Sequence[str]) -> bool:
    """Whether a piece says nothing but the names."""
    rest = piece
    for name in names:
        rest = rest.replace(name, " ")
    return _JOINT.fullmatch("".join(rest.split())) is not None


def _in_named_element(heading: HtmlElement, sites: Sequence[str]) -> list[str]:
    """Names in an element below the title that is named as the byline."""
    for element in heading.xpath(f"following::*[position() <= {MAX_ELEMENTS}]"):
        if not isinstance(element.tag, str):
            continue
        text = " ".join(element.text_content().split())
        if element.tag == "p" and len(text) > MAX_LONG:
            break
        if len(text) <= MAX_LINE and names_byline(element) and not is_comment(element):
            if len(element.xpath(".//a[@rel='author']")) > 1:
                return []  # one by one, as the links have them
            for said in _own_lines(element):
                match = _LEAD_IN.match(said)
                if names := persons_in(said[match.end() :] if match else said, sites):
                    return names
    return []


def _own_lines(element: HtmlElement) -> Iterator[str]:
    for line in lines_of(element):
        yield line.text.split(EDGE)[0].strip() or line.text.replace(EDGE, " ")
        return


def _dated(lines: Sequence[Line], sites: Sequence[str]) -> list[str]:
    """The name that is all that follows a day: "25.10.2022 - Ann Lee"; none of several such."""
    found: list[list[str]] = []
    for line in lines:
        start = day_at_start(line.text)
        rest = line.text[start:].replace(EDGE, " ").strip()
        if not start or len(line.text) > MAX_LABELLED or not rest.startswith(_SIGNS):
            continue
        said = _READING_TIME.sub("", rest).strip(" |•·–—-")
        if persons_in(said, sites) == [said] and [said] not in found:
            found.append([said])
    return found[0] if len(found) == 1 else []


def _credited(lines: Sequence[Line], sites: Sequence[str]) -> list[str]:
    """Names in the credits of an agency below its text: "(Reporting by Ann Lee; Editing by …)".

    Where the page has a byline, whoever it names is the author: the agency, or its staff.
    """
    if any(names_byline(line.block) and not is_comment(line.block) for line in lines):
        return []
    for line in lines:
        match = _CREDIT.match(line.text.replace(EDGE, ""))
        if match and len(line.text) <= MAX_LONG and not is_comment(line.block):
            return persons_in(_NEXT_CREDIT.split(match["names"])[0], sites)
    return []


def _labelled(lines: Sequence[Line], sites: Sequence[str], told: str) -> list[str]:
    """Names behind "Author:" anywhere on the page, where it names one author only."""
    found: list[list[str]] = []
    label = ""
    for line in lines:
        match = _LABELLED.match(line.text)
        start = match.end() if match else 0
        is_labelled = match is not None or _LABEL_ALONE.fullmatch(label)
        label = line.text.replace(EDGE, " ").strip()
        if not is_labelled or len(line.text) > MAX_LABELLED or is_comment(line.block):
            continue
        names = _names(line.text[start:], sites, told)
        if names and names not in found:
            found.append(names)
    return found[0] if len(found) == 1 else []
