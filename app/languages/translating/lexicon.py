"""Words of a language in English: one table of lemmas for all languages, their forms by rule.

`lexicon/*.txt` has one lemma a line in English and six languages; `forms/LANGUAGE.txt` says how its
words are inflected. A table is read when the first question in its language is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from pathlib import Path

from app.languages.translating import inflect
from app.languages.words import folded, small, tokens

LANGUAGES = ("de", "fr", "es", "it", "nl", "pt")
"""In the order of the columns behind the English one."""
VERB, NOUN, OTHER, PLACE = "verb", "noun", "other", "place"
_FILES = {"verbs": VERB, "nouns": NOUN, "others": OTHER, "places": PLACE}
_HERE = Path(__file__).parent
COMPOUNDING = frozenset({"de", "nl"})
_LINKS = ("", "s", "n", "en", "es", "e", "er")
"""What stands between the parts of a compound."""
_SHORTEST_PART = 3
_LONGEST_COMPOUND = 48
"""Letters of a word that is taken apart: that takes ever longer with its length."""
_LONGEST_PREFIX = 7
_KEPT = 4_096
_ENGLISH_FORM: Mapping[str, Callable[[str], str]] = {
    "past": inflect.past,
    "participle": inflect.participle,
    "gerund": inflect.gerund,
    "plural": inflect.plural,
    "adverb": inflect.adverb,
    "comparative": inflect.comparative,
    "superlative": inflect.superlative,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a word may mean."""

    english: str
    """The lemma."""
    kind: str
    """VERB, NOUN, OTHER or PLACE."""
    form: str = ""
    """Of a verb "infinitive", "present", "past" …; of a noun "singular" or "plural"."""

    @property
    def text(self) -> str:
        """The lemma in its form."""
        inflected = _ENGLISH_FORM.get(self.form)
        return inflected(self.english) if inflected else self.english


@dataclass(frozen=True, slots=True, eq=False)
class _Lexicon:
    lemmas: Mapping[str, Mapping[str, str]]
    """English by kind, of each lemma; words of one with several are parted by a space."""
    openings: frozenset[str]
    """First words of lemmas with several."""
    parts: frozenset[str]
    """All words of lemmas with several."""
    endings: Mapping[str, Sequence[tuple[str, str, str]]]
    """By kind: an ending, that of the lemma, and the form."""
    irregular: Mapping[str, Sequence[tuple[str, str]]]
    swaps: Sequence[tuple[str, str]]
    """Letters of a stem and of its lemma."""


def readings(word: str, language: str) -> tuple[Reading, ...]:
    """What a word may mean, the likeliest of each kind first; accents may be left out.

    Args:
        word: In small letters.
        language: One of `LANGUAGES`.
    """
    return _readings((word,), language)


def readings_of_several(words: Sequence[str], language: str) -> tuple[Reading, ...]:
    """What words in a row mean together, each in whatever form: "empresas conjuntas"."""
    return _readings(tuple(words), language)


@lru_cache(_KEPT)
def _readings(words: tuple[str, ...], language: str) -> tuple[Reading, ...]:
    plain = tuple(folded(word, language) for word in words)
    found = _looked_up(words, _lexicon(language, is_folded=False), language)
    if not found or words == plain:  # "pago" is "payment", or "pagó" without its accent
        known = _lexicon(language, is_folded=True)
        found += [each for each in _looked_up(plain, known, language) if each not in found]
    if not found and len(words) == 1 and language in COMPOUNDING:
        found = [Reading(*parts) for parts in _compound(plain[0], language)]
    return tuple(found)


def _looked_up(words: Sequence[str], known: _Lexicon, language: str) -> list[Reading]:
    found: dict[Reading, None] = {}
    if len(words) == 1:
        for kind, lemma, form in _lemmas(words[0], known, language):
            if (english := known.lemmas.get(lemma, {}).get(kind)) is not None:
                found[Reading(english, kind, form)] = None
        return list(found)
    options: list[list[tuple[str, str]]] = []
    for n, word in enumerate(words):
        kept = known.parts if n else known.openings
        lemmas = [(word, ""), *((lemma, form) for _, lemma, form in _lemmas(word, known, language))]
        options.append(list(dict.fromkeys(each for each in lemmas if each[0] in kept)))
        if not options[-1]:
            return []
    for chosen in product(*options):
        for kind, english in known.lemmas.get(" ".join(lemma for lemma, _ in chosen), {}).items():
            forms = [form for _, form in chosen if form]
            form = "plural" if kind == NOUN and "plural" in forms else ""
            form = next(iter(forms), "infinitive") if kind == VERB else form
            found[Reading(english, kind, form)] = None
    return list(found)[:1]


@lru_cache(_KEPT)
def _lemmas(word: str, known: _Lexicon, language: str) -> tuple[tuple[str, str, str], ...]:
    """Lemmas that a word may be a form of: kind, lemma, form.

    Kept, since a word is looked up alone and with those beside it.
    """
    return tuple(_possible(word, known, language))


def _possible(word: str, known: _Lexicon, language: str) -> Iterator[tuple[str, str, str]]:
    yield PLACE, word, ""
    yield OTHER, word, ""
    yield NOUN, word, "singular"
    yield VERB, word, "infinitive"
    for length in range(min(len(word), _LONGEST_PREFIX)):  # "abgeschlossen" is "ab", "geschlossen"
        prefix, rest = word[:length], word[length:]
        for lemma, form in known.irregular.get(rest, ()):
            yield VERB, prefix + lemma, form
        for lemma, form in known.irregular.get(f"ge{rest}", ()) if prefix else ():
            yield VERB, prefix + lemma, form  # "übernommen" of "genommen"
        if language == "de" and prefix and rest.startswith("zu"):
            yield VERB, prefix + rest[2:], "infinitive"
    for kind, endings in known.endings.items():
        for ending, of_lemma, form in endings:
            if not word.endswith(ending) or len(word) - len(ending) < 2:  # noqa: PLR2004
                continue
            stem = word[: len(word) - len(ending)]
            at = stem.find("ge", 0, _LONGEST_PREFIX + 2) if form == "participle" else -1
            is_split = at >= 0 and language in COMPOUNDING
            stems = [stem] if ending or form != "participle" else []
            stems += [stem[:at] + stem[at + 2 :]] if is_split else []
            for one in stems:
                for varied in _varied(one, known, language):
                    yield kind, varied + of_lemma, form


def _varied(stem: str, known: _Lexicon, language: str) -> Iterator[str]:
    yield stem
    for letters, of_lemma in known.swaps:
        before, found, after = stem.rpartition(letters)
        if found:
            yield before + of_lemma + after
    if language == "nl":
        yield from _dutch(stem)


def _dutch(stem: str) -> Iterator[str]:
    """Stems as Dutch spells them before another ending: "betaal" and "betal", "prijz", "prijs"."""
    swapped = {"f": "v", "s": "z", "v": "f", "z": "s"}.get(stem[-1:])
    for one in (stem, stem[:-1] + swapped) if swapped else (stem,):
        if one != stem:
            yield one
        if len(one) > 2 and one[-1] not in "aeiou":  # noqa: PLR2004
            if one[-1] == one[-2]:
                yield one[:-1]
            elif one[-2] in "aeou" and one[-3] == one[-2]:
                yield one[:-2] + one[-1]
            elif one[-2] in "aeiou":
                yield one + one[-1]
                yield one[:-1] + one[-2] + one[-1]


@lru_cache(_KEPT)
def _compound(word: str, language: str) -> tuple[tuple[str, str, str], ...]:
    """A compound by its known parts: "Erfolgsfaktoren" are "success factors"."""
    if len(word) > _LONGEST_COMPOUND:
        return ()
    known = _lexicon(language, is_folded=True)
    for start in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        tails = [each for each in _looked_up((word[start:],), known, language) if each.kind == NOUN]
        if not tails:
            continue
        for link in _LINKS:
            head = word[:start].removesuffix(link) if link else word[:start]
            if link and head == word[:start] or len(head) < _SHORTEST_PART:
                continue
            if (said := _first_part(head, known, language)) is not None:
                return ((f"{said} {tails[0].english}", NOUN, tails[0].form),)
    return ()


def _first_part(head: str, known: _Lexicon, language: str) -> str | None:
    lemma = known.lemmas.get(head, {})
    for kind in (NOUN, OTHER, PLACE):
        if kind in lemma:
            return lemma[kind]
    if VERB in (of_stem := known.lemmas.get(f"{head}en", {})):
        return inflect.gerund(of_stem[VERB])
    inner = _compound(head, language)
    return inner[0][0] if inner else None


@cache
def _lexicon(language: str, *, is_folded: bool) -> _Lexicon:
    write = (lambda text: folded(text, language)) if is_folded else small
    lemmas: dict[str, dict[str, str]] = {}
    openings: set[str] = set()
    parts: set[str] = set()
    for kind, columns in rows():
        english = columns[0]
        for form in columns[1 + LANGUAGES.index(language)].split(","):
            lemma = write(form.strip())
            if not lemma.isalpha():
                words = [found.group() for found in tokens(lemma)]
                lemma = " ".join(words)
                if len(words) > 1:
                    openings.add(words[0])
                    parts.update(words)
            if lemma:
                lemmas.setdefault(lemma, {}).setdefault(kind, english)
    endings, irregular, swaps = _forms(language)
    return _Lexicon(
        lemmas,
        frozenset(openings),
        frozenset(parts),
        {
            kind: [(write(ending), write(lemma), form) for ending, lemma, form in rules]
            for kind, rules in endings.items()
        },
        _by_form((write(word), write(lemma), form) for word, lemma, form in irregular),
        [(write(letters), of_lemma) for letters, of_lemma in swaps],
    )


def _by_form(irregular: Iterator[tuple[str, str, str]]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for word, lemma, form in irregular:
        found.setdefault(word, []).append((lemma, form))
    return found


@cache
def rows() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Lines of the table: the kind, then English and the cells of `LANGUAGES`.

    Raises:
        ValueError: Naming the line that has another number of columns.
    """
    rows: list[tuple[str, tuple[str, ...]]] = []
    for name, kind in _FILES.items():
        path = _HERE / "lemmas" / f"{name}.txt"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("#") or not line:
                continue
            columns = tuple(part.strip() for part in line.split("|"))
            if len(columns) != 1 + len(LANGUAGES):
                raise ValueError(f"{path.name}, line {number} has {len(columns)} columns: {line!r}")
            rows.append((kind, columns))
    return tuple(rows)


_Endings = dict[str, list[tuple[str, str, str]]]
_SECTIONS = {"verb": VERB, "noun": NOUN, "adjective": OTHER}


def _forms(
    language: str,
) -> tuple[_Endings, list[tuple[str, str, str]], list[tuple[str, str]]]:
    """Endings by kind, irregular forms with lemma and form, and letters that change."""
    endings: _Endings = {}
    irregular: list[tuple[str, str, str]] = []
    swaps: list[tuple[str, str]] = []
    section = ""
    for line in (_HERE / "forms" / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("["):
            section = line.strip("[] ")
        elif section == "umlaut":
            letters, _, of_lemma = line.partition(">")
            swaps.append((letters.strip(), of_lemma.strip()))
        elif section == "irregular":
            lemma, _, parts = line.partition(":")
            for form, words in zip(
                ("present", "past", "participle"), parts.split("|"), strict=False
            ):
                irregular += [(one.strip(), lemma, form) for one in words.split(",") if one.strip()]
        else:
            form, _, rule = line.partition(":")
            of_form, _, of_lemma = rule.partition(">")
            endings.setdefault(_SECTIONS[section], []).extend(
                (one.strip(), of_lemma.strip(), form) for one in of_form.split(",")
            )
    for kind in endings:
        endings[kind].sort(key=lambda each: -len(each[0]))
    return endings, irregular, swaps
