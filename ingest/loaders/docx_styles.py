"""What a Word file says by styles and list definitions: headings, hidden text, numbers of items."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

MAX_CHAIN = 20
"""Styles that one may be based on; a circle ends there."""

USUAL_SIZE = 20
"""Half points, where a document says nothing of it."""

MAX_LEVEL = 8
_HEADING = re.compile(r"heading (\d)")
_OFF = ("0", "false", "off")
_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


def value(parent: Any, path: str) -> str | None:
    """The `val` of an element below, by its local names; None where it is missing."""
    found = (
        parent.find("/".join(W + name for name in path.split("/"))) if parent is not None else None
    )
    return found.get(f"{W}val") if found is not None else None


def flag(properties: Any, name: str) -> bool | None:
    """An on/off property: None where it is not stated."""
    found = properties.find(W + name) if properties is not None else None
    return None if found is None else found.get(f"{W}val", "1") not in _OFF


class Styles:
    """Named styles with what they are based on."""

    def __init__(self, root: Any | None) -> None:
        """Read the `styles` element; None is a document without."""
        self._by_id: dict[str, Any] = {}
        self._default = ""
        defaults = root.find(f"{W}docDefaults/{W}rPrDefault") if root is not None else None
        self._size = _number(value(defaults, "rPr/sz")) or USUAL_SIZE
        for style in root.iter(f"{W}style") if root is not None else ():
            self._by_id[style.get(f"{W}styleId") or ""] = style
            is_default = style.get(f"{W}default", "0") not in _OFF
            if is_default and style.get(f"{W}type") == "paragraph":
                self._default = style.get(f"{W}styleId") or ""

    def chain(self, style: str | None) -> Iterator[Any]:
        """The style and those it is based on, nearest first."""
        for _ in range(MAX_CHAIN):
            element = self._by_id.get(style or "")
            if element is None:
                return
            yield element
            style = value(element, "basedOn")

    def of_paragraph(self, paragraph: Any) -> list[Any]:
        """Its style and those it is based on."""
        return list(self.chain(value(paragraph, "pPr/pStyle") or self._default))

    def size(self, run: Any | None, paragraph_styles: list[Any]) -> int:
        """Font size of a run, or without one of a paragraph of these styles, in half points."""
        stated = value(run, "rPr/sz")
        character = value(run, "rPr/rStyle")
        for style in (*self.chain(character), *paragraph_styles):
            if stated is not None:
                break
            stated = value(style, "rPr/sz")
        return _number(stated) or self._size

    def body_size(self, body: Any) -> int:
        """Font size of most characters, in half points: as stated for runs, or by default."""
        letters: Counter[int] = Counter()
        usual = self.size(None, list(self.chain(self._default)))
        for run in body.iter(f"{W}r"):
            stated = _number(value(run, "rPr/sz")) or usual
            letters[stated] += sum(len(text.text or "") for text in run.iterchildren(f"{W}t"))
        return letters.most_common(1)[0][0] if letters else usual

    def is_on(self, name: str, run: Any, paragraph_styles: list[Any]) -> bool:
        """Whether a run has a property such as `vanish` or `b`, by itself or by a style."""
        properties = run.find(f"{W}rPr")
        stated = flag(properties, name)
        for style in (*self.chain(value(properties, "rStyle")), *paragraph_styles):
            if stated is not None:
                break
            stated = flag(style.find(f"{W}rPr"), name)
        return bool(stated)


def names(styles: list[Any]) -> list[str]:
    """Names of styles in lower case; those that come with Word are English in every language."""
    return [(value(style, "name") or "").lower() for style in styles]


def heading_level(paragraph: Any, styles: list[Any]) -> int:
    """Rank of a heading, 1 is the outermost; 0 for other paragraphs."""
    for name in names(styles):
        if match := _HEADING.fullmatch(name):
            return int(match[1])
    for owner in (paragraph, *styles):
        level = value(owner, "pPr/outlineLvl")
        if level is not None:
            return int(level) + 1 if level.isdigit() and int(level) <= MAX_LEVEL else 0
    return 0


@dataclass(slots=True)
class _Level:
    form: str = "decimal"
    text: str = ""
    start: int = 1
    is_legal: bool = False


@dataclass(slots=True)
class _List:
    abstract: str
    starts: dict[int, int] = field(default_factory=dict)
    """Where this list begins anew, by level."""


class Numbering:
    """Counts the items of all lists as Word does."""

    def __init__(self, root: Any | None) -> None:
        """Read the `numbering` element; None is a document without lists."""
        self._levels: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()
        if root is None:
            return
        for definition in root.findall(f"{W}abstractNum"):
            levels = {
                _number(each.get(f"{W}ilvl")): _level(each)
                for each in definition.findall(f"{W}lvl")
            }
            self._levels[definition.get(f"{W}abstractNumId")] = levels
        for number in root.findall(f"{W}num"):
            made = _List(value(number, "abstractNumId") or "")
            for override in number.findall(f"{W}lvlOverride"):
                start = value(override, "startOverride")
                if start is not None:
                    made.starts[_number(override.get(f"{W}ilvl"))] = _number(start)
            self._lists[number.get(f"{W}numId")] = made

    def place(self, paragraph: Any, styles: list[Any]) -> tuple[str, int] | None:
        """List and level of an item; None for what is no item."""
        for owner in (paragraph, *styles):
            number = value(owner, "pPr/numPr/numId")
            if number is not None:
                if number == "0" or number not in self._lists:
                    return None
                level = value(paragraph, "pPr/numPr/ilvl") or value(owner, "pPr/numPr/ilvl")
                return number, min(MAX_LEVEL, _number(level))
        return None

    def next_label(self, number: str, level: int) -> str | None:
        """Count one item; gives its label ("2.", "b)", "1.3"), "" for none, None for a bullet."""
        made = self._lists[number]
        levels = self._levels.get(made.abstract, {})
        counts = self._counts.setdefault(made.abstract, {})
        if number not in self._begun:
            self._begun.add(number)
            for at in made.starts:
                counts.pop(at, None)
        mine = levels.get(level, _Level(text=f"%{level + 1}."))
        begin = made.starts.get(level, mine.start)
        counts[level] = counts.get(level, begin - 1) + 1
        for deeper in [at for at in counts if at > level]:
            del counts[deeper]
        if mine.form == "bullet":
            return None

        def count(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            outer = levels.get(at, _Level())
            form = "decimal" if mine.is_legal else outer.form
            return _formatted(counts.setdefault(at, outer.start), form)

        return re.sub(r"%([1-9])", count, mine.text).strip()


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() else 0


def _level(element: Any) -> _Level:
    start = value(element, "start")
    return _Level(
        form=value(element, "numFmt") or "decimal",
        text=value(element, "lvlText") or "",
        start=_number(start) if start is not None else 1,
        is_legal=bool(flag(element, "isLgl")),
    )


def _formatted(number: int, form: str) -> str:
    if form in ("lowerRoman", "upperRoman") and 0 < number < 4000:
        roman = ""
        for worth, sign in _ROMAN:
            roman += sign * (number // worth)
            number %= worth
        return roman.upper() if form == "upperRoman" else roman
    if form in ("lowerLetter", "upperLetter") and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form == "decimalZero":
        return f"{number:02d}"
    return "" if form == "none" else str(number)
