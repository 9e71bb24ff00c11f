"""The answer in a word or two, in front of the sentences that bear it out, where that is sure.

It is a run of a cited quote, or "Yes" or "No" for one: nothing is computed or worded anew. Where
two candidates stand in the sentence, or sources disagree, there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from app.answering.composition.compose import place_of
from app.answering.composition.leading_source import run_in_source
from app.answering.evidence.claimed import claim_of
from app.answering.evidence.evidence import Evidence, in_readers_words
from app.answering.evidence.roles import asks_holder
from app.answering.evidence.tenure import tells_departure
from app.answering.question.asking import Asked, Expects
from app.answering.text.amounts import Moment, amounts, moments
from app.answering.text.statuses import Status, status_of
from app.answering.text.terms import (
    Term,
    content_keys,
    content_terms,
    fold,
    is_function_word,
    key_of,
    keys,
    names_of,
    terms,
)
from app.dates import MONTHS
from app.languages.catalogue import ENGLISH, long_date, marked, say
from app.types import Citation, Claim, Lead

YES, NO = marked("Yes"), marked("No")
LEAST = 0.5
"""A sentence less likely than this may be beside the point."""
AS_LIKELY = 0.97
"""Share of its chance from which on another sentence may be the answer in its place."""
MAX_CHARACTERS = 60

_CURRENCY = re.compile(
    r"[$€£¥]|\b(?:dollars?|euros?|pounds?|yen|francs?|USD|EUR|GBP|JPY|CHF)\b", re.I
)
_SPAN_OF_TIME = re.compile(r"^(?:year|month|week|day|hour|minute|quarter|decade)s?$", re.IGNORECASE)
_NEGATED = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|cannot|nothing|nobody|hardly|failed|refused|"
    r"denied|rejected|ended|cancelled|abandoned|(?-i:may)|might|could|would|plans?|planned|agreed|hopes?|"
    r"expects?|expected|intends?|wants?|until|unless|if|yet|but|although|only|partly|almost)\b|n't\b",
    re.IGNORECASE,
)
_WEIGHED = re.compile(
    r"\b(?:more|less|fewer|better|worse|larger|smaller|bigger|before|after|than|all|every|always|"
    r"only|still|already|ever|or|should|could|would|will|(?-i:may)|might|can|true|right)\b",
    re.IGNORECASE,
)
"""Of a question for yes or no: what a sentence that shares all its words need not bear out."""
_CHOICE = re.compile(
    r"\b(?:who|which|what)\b[^?]*\b(?:more|less|most|least|better|\w{3,}er|first)\b[^?]*"
    r"[,:]\s[^?]*\bor\b",
    re.IGNORECASE,
)
"""Which of some is more, is said by none of their sentences alone."""
_UNREAL = re.compile(
    r"\b(?:not|never|failed|discussed|planned|proposed|cancelled|abandoned|one of)\b|n't\b",
    re.IGNORECASE,
)
"""What is told so did not come about, or is one among others."""
_TELLS = re.compile(r"\b(?:announc|agree|plan|promis|propos|said)\w*\b", re.IGNORECASE)
_TO_COME = re.compile(rf"{_TELLS.pattern}.*?\bwould\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:()–—]|\b(?:and|but|or|which|that|who)\b", re.IGNORECASE)
_NOT = frozenset({"not", "never"})
_HOW_MANY = re.compile(
    r"\bhow (?:many|much)(?: of)?(?: the)? (?:(?!\w+s\b)\w+ ){0,2}?(\w+s)\b", re.IGNORECASE
)
_WHO = re.compile(r"\b(?:who|whom|whose)\b", re.IGNORECASE)
_ASKS_DOER = re.compile(
    r"\W*[Ww]ho (?!(?:is|was|are|were|did|does|do|has|have|had|will|would|can|could)\b)[a-z]"
)
_PARTICLES = r"(?:(?:van|von|zu|de|der|den|di|da|du|del|la|le|ter|ten|bin|al|el) )*"
_CAPITALISED = re.compile(
    rf"(?<![.!?:“\"] )(?<=\s)(?:[^\W\d_a-z][\w’'-]* {_PARTICLES})+$|"
    rf"^(?!The )(?:[^\W\d_a-z][\w-]* {_PARTICLES})+$"
)
_LISTED = re.compile(r",? (?:and|or|&) [^\W\d_a-z]|, [^\W\d_a-z][^,.;]*(?:,| and )")
_LIST_BEFORE = re.compile(r"[^\W\d_a-z][\w.-]*,? (?:and|or|&) $|[^\W\d_a-z][\w.-]*, $")
_BY = re.compile(r"\bby\b", re.IGNORECASE)
_PART_OF_DATE = re.compile(
    r"(?:(?:the )?(?:end|middle|start|beginning|spring|summer|autumn|fall|winter|early|late|mid)"
    r"[- ]?(?:of )?)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Run:
    start: int
    end: int


def lead(
    asked: Asked,
    claims: Sequence[Claim],
    citations: Sequence[Citation],
    evidence: Sequence[Evidence],
    language: str = ENGLISH,
) -> Lead | None:
    """The run of the likeliest cited sentence that answers; None where none is sure.

    Args:
        asked: The question.
        claims: What is shown.
        citations: What they cite.
        evidence: What was read, likeliest first.
        language: Of a "Yes" or "No".
    """
    if asked.wants_list or not claims or asked.unknown or _CHOICE.search(fold(asked.text)):
        return None  # of a word that was not understood nobody knows what it counts
    cited = {(each.document_id, each.start): each for each in citations}
    best = next((item for item in evidence if place_of(item) in cited), None)
    if best is None or best.relevance < LEAST or asked.names and _is_of_others(asked, best):
        return None
    if asks_holder(asked.text) and tells_departure([e for e in evidence if place_of(e) in cited]):
        return None  # who held a post, and that they left it
    if asked.expects is Expects.DATE and _tells_of_another_event(asked, best):
        return None
    citation = cited[place_of(best)]
    if asked.expects is Expects.STATUS:
        said = _yes_or_no(asked, best)
        if said is None:
            return None
        return Lead(say(language, said), citation.n, citation.start, citation.end)
    told = in_readers_words(best)
    if _UNREAL.search(fold(told)):
        return None
    if told is not best.text:
        asked = _of_money(asked, told)
    if _others_may(asked, best, [item for item in evidence if place_of(item) in cited]):
        return None
    runs = sorted({(run.start, run.end) for run in _candidates(asked, told)})
    run = runs[0] if len(runs) == 1 else _behind_verb(asked, told, runs)
    if run is not None and told is not best.text:
        run = run_in_source(run, told, best.text)
    if run is None:
        return None
    start, end = run
    text = best.text[start:end]
    if not text or len(text) > MAX_CHARACTERS or "\n" in text:
        return None
    return Lead(text, citation.n, citation.start + start, citation.start + end)


def lead_of_status(
    asked: Asked, pair: Sequence[Evidence], citations: Sequence[Citation], language: str
) -> Lead | None:
    """A "Yes" where a newer source says that a deal is done and an older one that it is not.

    Args:
        asked: Whether it is done; of any other question nothing is said.
        pair: The two sentences, newer first.
        citations: What is shown.
        language: Of the words.
    """
    newer, older = pair
    asks_done = asked.expects is Expects.STATUS and Status.DONE.value.search(fold(asked.text))
    if not asks_done or _NEGATED.search(fold(asked.text)) or _is_of_others(asked, newer):
        return None
    if (status_of(newer.text), status_of(older.text)) != (Status.DONE, Status.PENDING):
        return None
    cited = {(each.document_id, each.start): each for each in citations}
    by, against = cited.get(place_of(newer)), cited.get(place_of(older))
    if by is None or against is None:
        return None
    days = [day for day in moments(newer.text) if _day(day) and not (day.part or day.side)]
    start, end, said = by.start, by.end, say(language, YES)
    if len(days) == 1 and len(moments(newer.text)) == 1:
        start, end = by.start + days[0].start, by.start + days[0].end
        day = long_date(_day(days[0]) or date.min, "day", language)
        said = say(language, "Yes, since {date}", date=day)
    still = say(language, "an older source still calls it open")
    return Lead(said, by.n, start, end, still, against.n)


def _of_money(asked: Asked, told: str) -> Asked:
    """A question in English words for "how much", of money where the sentence has nothing else."""
    is_open = asked.expects is Expects.NUMBER and "how much" in asked.text.lower()
    is_open = is_open and not any(_candidates(asked, told))
    return replace(asked, expects=Expects.MONEY) if is_open else asked


def _day(moment: Moment) -> date | None:
    """The day of a date that gives all of it."""
    known = moment.date
    names = [name[:3].lower() for name in MONTHS]
    if not (known.day and known.year and known.month in names):
        return None
    try:
        return date(known.year, names.index(known.month) + 1, known.day)
    except ValueError:
        return None


def _others_may(asked: Asked, best: Evidence, shown: Sequence[Evidence]) -> bool:
    """Whether another shown sentence has a candidate, and the best lacks words of the question.

    Of names another one is always in doubt: there may be several founders.
    """
    own = {term.key for term in asked.terms if not term.is_name}
    others = [
        item
        for item in shown
        if item is not best and any(_candidates(asked, in_readers_words(item)))
    ]
    if asked.expects is Expects.NAME or own & best.missing:
        return bool(others)
    if not own - content_keys(in_readers_words(best)):
        return False
    # What it lacks stands around it, or is said in other words: of the other as well, perhaps.
    return any(item.relevance >= AS_LIKELY * best.relevance for item in others)


def _behind_verb(
    asked: Asked, text: str, runs: Sequence[tuple[int, int]]
) -> tuple[int, int] | None:
    """The run that stands behind the question's own verb, with nothing but a few words between."""
    own = {term.key for term in asked.terms if not term.is_name}
    verbs = [term for term in terms(text) if term.key in own and not term.is_name]
    found = set()
    for verb in verbs:
        if _has_other_subject(asked, text, verb):
            continue
        behind = next((run for run in runs if run[0] > verb.end), None)
        if behind is not None and not _CLAUSE.search(text[verb.end : behind[0]]):
            found.add(behind)
    return found.pop() if len(found) == 1 else None


def _has_other_subject(asked: Asked, text: str, verb: Term) -> bool:
    """Whether something that the question does not speak of does it: "the dearer version costs"."""
    clause = [*_CLAUSE.finditer(text, 0, verb.start)]
    before = text[clause[-1].end() if clause else 0 : verb.start]
    own = keys(asked.terms)
    return any(
        not (word.is_name or word.is_number or word.key in own or is_function_word(word.text))
        for word in content_terms(f"x {before}")
        if word.start > 1
    )


def _tells_of_another_event(asked: Asked, item: Evidence) -> bool:
    """Whether a sentence lacks the verb of "When was X convicted?": it may be of the arrest."""
    claim = claim_of(asked.text)
    return claim is not None and claim.verb in item.missing


def _is_of_others(asked: Asked, item: Evidence) -> bool:
    return any(term.key in item.missing for term in asked.names)


def _candidates(asked: Asked, text: str) -> Iterator[_Run]:
    match asked.expects:
        case Expects.DATE:
            yield from _dates(asked, text)
        case Expects.MONEY | Expects.SHARE | Expects.NUMBER | Expects.DURATION:
            yield from _numbers(asked, text)
        case Expects.NAME if _WHO.search(asked.text):
            yield from _names(asked, text)
        case _:
            return


def _dates(asked: Asked, text: str) -> Iterator[_Run]:
    known = {str(moment.date) for moment in moments(asked.text)}
    # "Announced on 30 January that they would form it" does not say when it was formed.
    to_come = None if _TELLS.search(asked.text) else _TO_COME.search(text)
    for moment in moments(text):
        if str(moment.date) in known or (to_come and moment.end <= to_come.end()):
            continue
        before = _PART_OF_DATE.search(text[: moment.start])
        yield _Run(before.start() if before else moment.start, moment.end)


def _numbers(asked: Asked, text: str) -> Iterator[_Run]:
    expects = asked.expects
    known = {(each.value, each.unit) for each in amounts(asked.text)}
    for amount in amounts(text):
        if (amount.value, amount.unit) in known:
            continue  # the 365 of "Microsoft 365", which is asked about
        shown = text[amount.start : amount.end]
        around = text[max(0, amount.start - 1) : amount.end]
        is_money = _CURRENCY.search(around) is not None
        is_share = amount.unit in {"percent", "part"}
        is_time = _SPAN_OF_TIME.match(amount.unit) is not None
        fits = {
            Expects.MONEY: is_money,
            Expects.SHARE: is_share,
            Expects.DURATION: is_time and not amount.is_compound,
            Expects.NUMBER: not (is_money or is_share or is_time or amount.unit == "th"),
        }[expects]
        fits = fits and (expects is not Expects.NUMBER or _counts(asked, text, amount.end))
        if fits and any(character.isdigit() for character in shown):
            start = amount.start - (text[amount.start - 1 : amount.start] in tuple("$€£¥"))
            yield _Run(max(0, start), amount.end)


def _counts(asked: Asked, text: str, end: int) -> bool:
    """Whether a number counts what is asked for, where the sentence has a word for that.

    In "373 million users and data from a billion visits" the first is not the number of visits.
    """
    found = _HOW_MANY.search(fold(asked.text))
    if found is None or not any(word.key == key_of(found[1]) for word in terms(text)):
        return True
    behind = _CLAUSE.split(text[end:], maxsplit=1)[0]
    return any(word.key == key_of(found[1]) for word in terms(behind))


def _names(asked: Asked, text: str) -> Iterator[_Run]:
    """Names that the question has not, whole; none where several stand in a row."""
    known = keys(asked.terms)
    is_doer = _ASKS_DOER.match(asked.text) is not None
    own = {term.key for term in asked.terms if not term.is_name}
    verb = next((term for term in terms(text) if term.key in own and not term.is_name), None)
    runs: list[_Run] = []
    position = 0
    for name in names_of(text):
        start = text.find(name.text, position)
        if start < 0:
            return
        position = start + len(name.text)
        if name.keys & known:
            continue
        before = _CAPITALISED.search(text[:start])  # "American" of the American Medical Association
        start = before.start() if before else start
        if _LISTED.match(text, position) or _LIST_BEFORE.search(text[:start]):
            return
        if is_doer and verb and start > verb.end and not _BY.search(text[verb.end : start]):
            continue  # who did it stands before what was done
        if runs and start <= runs[-1].start:
            runs.pop()  # the "Ada" of "Ada van der Lund"
        runs.append(_Run(start, position))
    yield from runs


def _yes_or_no(asked: Asked, item: Evidence) -> str | None:
    """Yes where a plain sentence holds every word of a plain question; no where it denies them."""
    if _WEIGHED.search(asked.text) or _NEGATED.search(fold(asked.text)):
        return None
    wanted = [term for term in content_terms(asked.text) if not is_function_word(term.text)]
    own = {term.key for term in wanted if not term.is_name}
    if len(wanted) < 2 or not own or not own <= item.keys:  # noqa: PLR2004 - who and what
        return None
    if any(term.key in item.missing for term in wanted):
        return None
    if any(term.key not in item.keys for term in asked.names) and names_of(f"x {item.text}"):
        return None  # of whom it speaks is told by its own names
    told = in_readers_words(item)
    turned = _NEGATED.findall(fold(told))
    if not turned:
        return YES
    words = terms(told)
    denied = [
        word for before, word in pairwise(words) if before.text.lower() in _NOT and word.key in own
    ]
    return NO if len(turned) == 1 and len(denied) == 1 else None
