"""Names of a text; those of a claim that the evidence lacks; names and abbreviations made one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise

from app.answering.text.demonyms import is_of_place
from app.answering.text.lexicon import GENERIC_NAMES, PERSON_CUES
from app.answering.text.quantities import NUMBER_WORDS
from app.answering.text.terms import Term, is_function_word, key_of, keys, terms
from app.answering.verification.checks import Check, Failure

WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
CURRENCIES = frozenset("USD EUR GBP JPY CHF".split())


NOT_NAMES = CURRENCIES | frozenset("CEO CFO COO CTO JV MOU EV EVs IPO AI FY".split())


PLACES = frozenset("us u.s uk u.k eu usa american european covid".split())
"""General abbreviations and the like that still say of whom one speaks."""


OPENERS = frozenset(NUMBER_WORDS) | frozenset(
    """
    although though whereas unless despite because since whether once half twice both neither either
    almost nearly roughly hardly barely scarcely instead following regarding concerning considering
    given unlike outside apart according thanks due owing provided providing assuming supposing
    however moreover therefore meanwhile otherwise nevertheless nonetheless besides hence thus
    several few fewer many most somebody someone whoever whichever whatever rather
    """.split()
)
"""Words of the closed classes with which a sentence may open before a name."""
_DONE_BY_NAMES = frozenset(
    "is was has had will would may can could did does must should and".split()
)


def name_keys(texts: Sequence[str]) -> frozenset[str]:
    """Keys of the words that are names in these texts.

    The first word of a sentence is one if it stands with a capital elsewhere, too, or if it does
    something and is not written small anywhere.
    """
    found, openings, small = set[str](), set[str](), set[str]()
    for text in texts:
        words = terms(text)
        for place, term in enumerate(words):
            lower = term.text.lower().rstrip(".")
            if term.is_number or is_function_word(term.text):
                continue
            if (lower in GENERIC_NAMES and lower not in PLACES) or term.text in NOT_NAMES:
                continue
            if term.opens_sentence and lower in OPENERS:
                continue
            if term.text == term.text.lower():
                small.add(term.key)
            elif term.is_name:
                found.add(term.key)
            elif _acts(text, words, place):
                openings.add(term.key)
    return frozenset(found | (openings - small))


def _acts(text: str, words: Sequence[Term], place: int) -> bool:
    """Whether what follows shows that a word with the capital of a sentence's start is a name."""
    term = words[place]
    if term.text.endswith(("'s", "s'")):
        return True
    if place + 1 == len(words):
        return False
    after = words[place + 1]
    if after.text == "and" and place + 2 < len(words):  # "Acme and Bolt agreed"
        return words[place + 2].is_name
    between = text[term.end : after.start].strip()
    return after.is_name and between in {"", ",", "&"}


def is_written_as_name(term: Term, names: frozenset[str]) -> bool:
    """Whether a word is one of these names, with its capital."""
    return term.key in names and term.text != term.text.lower()


ABBREVIATIONS = {
    "united states of america": "US",
    "united states": "US",
    "united kingdom": "UK",
    "european union": "EU",
    "chief executive officer": "CEO",
    "chief executive": "CEO",
    "chief financial officer": "CFO",
    "chief operating officer": "COO",
    "chief technology officer": "CTO",
    "messenger rna": "mRNA",
    "artificial intelligence": "AI",
    "justice department": "DOJ",
    "department of justice": "DOJ",
    "joint venture": "JV",
    "electric vehicle": "EV",
    "electric vehicles": "EVs",
    "research and development": "R&D",
    "mergers and acquisitions": "M&A",
    "memorandum of understanding": "MOU",
    "initial public offering": "IPO",
}


_SMALL = frozenset("of and the for in on de & to".split())


_ACRONYM = re.compile(r"\b[A-Z][A-Za-z&]*[A-Z&][A-Za-z]*s?\b")


_DOTTED = re.compile(r"\b(?:[A-Z]\.){2,}")


_CAPITALISED = re.compile(r"\b[A-Z][\w'-]*(?: (?:(?:of|and|the|for|&) )*[A-Z][\w'-]*)+")


_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|Sir)\b\.?\s+")


_GLOSS = re.compile(r" \(([A-Z][A-Za-z&]{1,9})\)")


def with_abbreviations(claim: str, told: Sequence[str]) -> tuple[str, list[str]]:
    """Claim and evidence with each abbreviation written out where the other side writes it out.

    "AMA" in a claim becomes "American Medical Association" if a quote has words in a row with these
    initials; an abbreviation in brackets behind its own words is dropped, and so are titles.
    """
    texts = [_TITLE.sub("", _DOTTED.sub(lambda m: m.group().replace(".", ""), text))
             for text in (claim, *told)]  # fmt: skip
    texts = [_whole(_short(text)) for text in texts]
    said, held = texts[0], texts[1:]
    said = _GLOSS.sub(lambda m: "" if _is_gloss(said[: m.start()], m.group(1)) else m.group(), said)
    for acronym in dict.fromkeys(_ACRONYM.findall(said)):
        if any(re.search(rf"\b{re.escape(acronym)}\b", text) for text in held):
            continue
        full = next((found for text in held if (found := _spelled_out(acronym, text))), None)
        if full:
            said = re.sub(rf"\b{re.escape(acronym)}\b", full, said)
    full_names = [name for name in _CAPITALISED.findall(said) if not any(name in t for t in held)]
    for text_number, text in enumerate(held):
        for acronym in dict.fromkeys(_ACRONYM.findall(text)):
            full = next((name for name in full_names if _spelled_out(acronym, name)), None)
            if full:
                full = _spelled_out(acronym, full) or full
                held[text_number] = re.sub(rf"\b{re.escape(acronym)}\b", full, held[text_number])
    return said, held


_LONG = re.compile(
    r"\b(?:" + "|".join(sorted(ABBREVIATIONS, key=len, reverse=True)) + r")\b", re.IGNORECASE
)


def _short(text: str) -> str:
    return _LONG.sub(lambda match: ABBREVIATIONS[match.group().lower()], text)


_QUARTER = re.compile(r"\bQ([1-4])\b")


_QUARTERS = {"1": "first", "2": "second", "3": "third", "4": "fourth"}


_PARTICLE = re.compile(r"\b([a-z]{3,})-(off|over|up|in|out|back|down|on)\b")


_FROM = re.compile(r"\b([A-Z]\w*)-(?:based|born|listed) ([a-z]+)\b")


_OF = re.compile(r"\b([A-Z]\w*)-(?:led|owned|backed) ([a-z]+)\b")


_TAKE_OVER = re.compile(r"\b(took|takes|taken|taking|take) over\b", re.IGNORECASE)


_ACQUIRE = {
    "took": "acquired",
    "takes": "acquires",
    "taken": "acquired",
    "taking": "acquiring",
    "take": "acquire",
}


def _whole(text: str) -> str:
    """The text with "Q2" written out, "take-off" as one word, "firm from Oslo" for "Oslo-based"."""
    quarters = _QUARTER.sub(lambda match: f"{_QUARTERS[match.group(1)]} quarter", text)
    plain = _PARTICLE.sub(r"\1\2", _FROM.sub(r"\2 from \1", _OF.sub(r"\2 of \1", quarters)))
    return _TAKE_OVER.sub(lambda match: _ACQUIRE[match.group(1).lower()], plain)


def _is_gloss(before: str, acronym: str) -> bool:
    words = [word for word in re.findall(r"[\w']+", before) if word.lower() not in _SMALL]
    initials = "".join(word[0] for word in words[-len(acronym) :])
    return initials.lower() == acronym.lower()


def _spelled_out(acronym: str, text: str) -> str | None:
    """The words of a text that an acronym stands for."""
    letters = acronym.rstrip("s").replace("&", "").lower()
    if len(letters) < 2:
        return None
    words = [match for match in re.finditer(r"[\w']+", text) if match.group().lower() not in _SMALL]
    initials = "".join(match.group()[0].lower() for match in words)
    at = initials.find(letters)
    while at >= 0:
        run = words[at : at + len(letters)]
        if all(match.group()[0].isupper() for match in run) and not re.search(
            r"[.,;:()]", text[run[0].start() : run[-1].end()]
        ):
            return text[run[0].start() : run[-1].end()]
        at = initials.find(letters, at + 1)
    return None


STEM = 4
DEMONYM = re.compile(r"^[A-Z][a-z]+(?:an|ese|ish|i|ic|ch|er)s?$")


def unknown_names(claim: str, told: Sequence[str], names: frozenset[str]) -> Iterator[Failure]:
    """Names of the claim that no quote has, word by word."""
    held = keys(term for text in told for term in terms(text))
    stems = {key[:STEM] for key in held}
    adjectives = {
        term.text
        for text in told
        for term in terms(text)
        if term.text[:1].isupper() and DEMONYM.search(term.text)
    }
    capitals = {
        term.text.lower().removesuffix("'s").rstrip(".")
        for text in told
        for term in terms(text)
        if term.text != term.text.lower()
    }
    words = terms(claim)
    for place, term in enumerate(words):
        if term.key in held or term.is_number or term.text in CURRENCIES:
            continue
        if is_of_place(term.text, capitals) and term.text != term.text.lower():
            continue  # "Welsh" of Wales
        if DEMONYM.search(term.text) and term.key[:STEM] in stems:
            continue  # "Italian" of Italy
        if term.is_name and any(map(partial(_is_same_country, term.text), adjectives)):
            continue  # "Canada" and "the Danes" of Canadian and Danish firms
        lower = term.text.lower().rstrip(".")
        if lower in WEEKDAYS:
            yield Failure(Check.NUMBERS, term.text)
        if is_function_word(term.text):
            if _is_letter(term):
                yield Failure(Check.NAMES, term.text)
            continue
        if lower in GENERIC_NAMES and lower not in PLACES and lower not in PERSON_CUES:
            continue
        if term.opens_sentence and (lower in OPENERS or _is_said_of_name(words, place, told)):
            continue
        if term.opens_sentence and not _opens_as_name(claim, words, place):
            if _takes_place_of_name(words, place, told, names):
                yield Failure(Check.NAMES, term.text)
            continue
        if is_written_as_name(term, names) or (lower in PERSON_CUES and term.is_name):
            yield Failure(Check.NAMES, term.text)


_PEOPLE = re.compile(r"^([A-Z][a-z]{2,}?)(?:e?s|ards|men)$")


def _is_same_country(name: str, adjective: str) -> bool:
    """Whether a name is the country or the people of an adjective."""
    if (people := _PEOPLE.match(name)) and adjective.startswith(people[1].rstrip("i")):
        return adjective.endswith("ish")
    return (
        len(name) > STEM
        and adjective[:STEM] == name[:STEM]
        and name.endswith(("a", "y", "e", "d", "s", "n", "o", "l"))
        and adjective.endswith(("an", "ese", "ish", "i", "ic", "ch"))
    )


def _is_letter(term: Term) -> bool:
    """The B of "Part B"."""
    return len(term.text) == 1 and term.text.isupper() and term.text not in "AI"


def _is_said_of_name(words: Sequence[Term], place: int, told: Sequence[str]) -> bool:
    """Whether a sentence opens with what somebody is, before a name of two words that is known.

    "Teacher Antje Kopp" where the evidence has "Antje Kopp"; "Old" of "Old Roman graves" is not.
    """
    if words[place].is_name or place + 2 >= len(words):
        return False
    first, second = words[place + 1 : place + 3]
    return (
        first.is_name
        and second.is_name
        and any(
            a.key == first.key and b.key == second.key and a.is_name | a.opens_sentence
            for text in told
            for a, b in pairwise(terms(text))
        )
    )


_DONE_KEYS = frozenset(map(key_of, _DONE_BY_NAMES))


def _opens_as_name(claim: str, words: Sequence[Term], place: int) -> bool:
    """Whether the first word of a claim, unknown to the evidence, names somebody."""
    term = words[place]
    if term.is_name:
        return True
    if term.text.lower().endswith(("ing", "ly", "ion", "ment", "ed")):
        return False
    if claim[term.end : term.end + 1] == "-" and claim[term.end + 1 : term.end + 2].islower():
        return False  # "Ready-made"
    return term.text.endswith("'s") or (place + 1 < len(words) and words[place + 1].is_name)


def _takes_place_of_name(
    words: Sequence[Term], place: int, told: Sequence[str], names: frozenset[str]
) -> bool:
    """Whether a claim's first word does what a name does in the evidence.

    "Zelda paid 5 million" of "Acme paid 5 million": a capital says nothing at a sentence's start.
    """
    if place + 1 >= len(words) or words[place].text == words[place].text.lower():
        return False
    does = words[place + 1].key
    if is_function_word(words[place + 1].text) and does not in _DONE_KEYS:
        return False  # "Staff of the store", "Following the advice"
    return any(
        first.text[:1].isupper() and second.key == does and (first.is_name or first.key in names)
        for text in told
        for first, second in pairwise(terms(text))
    )


def mixed_names(claim: str, told: Sequence[str], names: frozenset[str]) -> Iterator[Failure]:
    """Names of the claim put together of parts of others: "Chase Health"."""
    held = [run for text in told for run in _runs(text, names)]
    first = {run[0] for run in held}
    side_by_side = {(a.key, b.key) for text in told for a, b in pairwise(terms(text))}
    for run in _runs(claim, names):
        for place, (before, key) in enumerate(pairwise(run), start=1):
            # "Best Actress" of "best actress"
            if key in first or (before, key) in side_by_side:
                continue
            # "Verve Forecast Records" of "Verve Forecast" and "Verve Records"
            is_known = any(
                key in other and not set(run[:place]).isdisjoint(other[: other.index(key)])
                for other in held
            )
            if not is_known:
                yield Failure(Check.NAMES, f"{before} {key}")


def _runs(text: str, names: frozenset[str]) -> list[list[str]]:
    """Keys of the names of a text, each in its order."""
    found: list[list[str]] = []
    last: Term | None = None
    for term in terms(text):
        if not is_written_as_name(term, names):
            last = None
            continue
        if (
            last is not None
            and text[last.end : term.start] in {" ", "-"}
            and not (last.text.endswith(("'s", "s'")))
        ):
            found[-1].append(term.key)
        else:
            found.append([term.key])
        last = term
    return found
