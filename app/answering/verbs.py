"""Which words of a sentence are verbs, and in which form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.answering.lexicon import IRREGULAR
from app.answering.terms import Term, is_function_word
from app.answering.wording import AUXILIARIES, NOUNS_TOO, VERB_KEYS, VERBS

NEGATORS = frozenset(
    "not no never none nor neither without cannot nothing nobody hardly barely".split()
)


PREPOSITIONS = frozenset(
    "in at on from to with under against among between for into by during within via".split()
)


IRREGULAR_PAST = frozenset(
    form
    for form, base in IRREGULAR.items()
    if base in VERBS and not form.endswith(("ment", "ments", "ion", "ions", "sale", "sales"))
) - {"growth", "choice", "loss", "losses", "decision", "decisions", "merger", "mergers"} | {
    "heard", "said", "told", "put", "set", "cut", "met", "gave", "had", "spread", "known", "been",
}  # fmt: skip


_BE = frozenset("is are was were be been being".split())


_MAX_BACK = 4
"""Words between a form of "be" and its participle."""


@dataclass(frozen=True, slots=True)
class Verb:
    """A finite verb or the like, where it stands among the words of a statement."""

    place: int
    key: str
    is_passive: bool
    is_base: bool
    """Not marked as past or present: its mood is that of what stands before it."""


def is_content(term: Term) -> bool:
    """Whether a word carries a subject of its own."""
    return not term.is_number and (term.is_name or not is_function_word(term.text))


def verbs_of(words: Sequence[Term]) -> Iterator[Verb]:
    """The verbs among some words, in order."""
    for place, term in enumerate(words):
        lower = term.text.lower()
        if not is_finite(words, place):
            continue
        if lower in AUXILIARIES and not (lower in _HAVE and _is_main(words, place)):
            continue
        participle = lower.endswith("ed") or lower in IRREGULAR_PAST
        back = [word.text.lower() for word in words[max(0, place - _MAX_BACK) : place]]
        passive = participle and any(
            word in _BE and all(w.endswith("ly") or w in _ADVERBS for w in back[at + 1 :])
            for at, word in enumerate(back)
        )
        after = words[place + 1].text.lower() if place + 1 < len(words) else ""
        if place == 0 and lower.endswith("ed") and after in PREPOSITIONS | {"by", "as"}:
            passive = True  # "BioNTech, based in Mainz, …"
        yield Verb(place, term.key, passive, not participle and not lower.endswith("s"))


_NO_PAST = frozenset("hundred indeed speed breed embed united exceed proceed succeed".split())


_HAVE = frozenset("has have had".split())


def _is_main(words: Sequence[Term], place: int) -> bool:
    """Whether "has" is no auxiliary: no participle follows soon."""
    return not any(
        word.text.lower().endswith("ed")
        or word.text.lower() in IRREGULAR_PAST
        or word.text.lower() in {"to", "been"}
        for word in words[place + 1 : place + 3]
    )


_ADVERBS = NEGATORS | {"also", "first", "then", "later", "yet", "now", "being", "been", "just"}


def is_finite(words: Sequence[Term], place: int) -> bool:
    """Whether the word in this place is a verb, not a noun or an adjective made of one."""
    lower = words[place].text.lower()
    if lower in AUXILIARIES:
        return True
    if words[place].is_name or words[place].is_number:
        return False
    before = words[place - 1].text.lower() if place else ""
    if lower in IRREGULAR_PAST:
        return lower not in NOUNS_TOO or before not in _DETERMINERS
    if before in _DETERMINERS:
        return False
    if lower.endswith("ed"):
        return len(lower) > 4 and lower not in _NO_PAST
    key = words[place].key
    if _takes_object(words, place):
        return True
    if key not in VERB_KEYS or lower.endswith("ing"):
        return False
    if lower not in VERBS and _singular(lower) not in VERBS:
        return False
    if lower not in NOUNS_TOO:
        return True
    if before in {"each", "both"}:  # "Renault and Nissan each hold", not "each train"
        return place > 1 and words[place - 2].is_name
    return before == "to" or before in _BEFORE_VERBS or _follows_name(words, place)


def _takes_object(words: Sequence[Term], place: int) -> bool:
    """Whether a word in -s stands between a noun and "the": "the bank bears the losses"."""
    lower = words[place].text.lower()
    if place == 0 or place + 1 == len(words) or not lower.endswith("s") or lower.endswith("ss"):
        return False
    after = words[place + 1].text.lower()
    before = words[place - 1]
    return (
        after in {"the", "a", "an", "its", "their", "his", "her"}
        and is_content(before)
        and not before.text.endswith(("'s", "s'", "s"))
        and before.text.lower() not in _DETERMINERS
        and words[place + 1].start - words[place].end == 1
    )


_BEFORE_VERBS = AUXILIARIES - _BE | frozenset("it he she they who which also".split())


def _follows_name(words: Sequence[Term], place: int) -> bool:
    before = words[place - 1]
    if before.text.endswith(("'s", "s'")):
        return False
    if place == 1 and before.text[:1].isupper() and not is_function_word(before.text):
        after = words[2].text.lower() if len(words) > 2 else ""
        return after not in AUXILIARIES and not after.endswith("ed")
    if place == 0 or not before.is_name:
        return False
    # "Microsoft deal" is no sentence, "Apple and Microsoft deal" may be one.
    return words[place].text.lower() not in VERBS or any(
        word.text.lower() == "and" for word in words[max(0, place - 4) : place]
    )


def _singular(lower: str) -> str:
    if lower.endswith("ies"):
        return lower[:-3] + "y"
    if lower.endswith(("sses", "shes", "ches", "xes", "goes", "does")):
        return lower[:-2]
    return lower[:-1] if lower.endswith("s") else ""


_DETERMINERS = frozenset(
    "a an the its their his her this that these those of with for in by at on from no".split()
) - {"that"}
