"""Adjusts the reader's probabilities by headings, names and verbs. Pure.

The reader sees one passage at a time and few words of its surroundings. What stands under "What
went wrong" is a reason although no sentence there says "because"; a sentence about another company
is no answer although it has the right form.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from app.answering.evidence.defining import defines
from app.answering.evidence.evidence import Evidence, asks
from app.answering.evidence.relations import Relation, relation_of, tells_of
from app.answering.evidence.roles import without_other_posts
from app.answering.evidence.speakers import without_other_speakers, without_the_unsaid
from app.answering.evidence.tenure import without_former_holders
from app.answering.evidence.whose import without_other_parties
from app.answering.question.asking import Asked, Expects, named_kinds
from app.answering.question.notation import is_of_deal, is_of_pact, of_a_deal
from app.answering.selection.listed import by_list
from app.answering.selection.name_words import first_words, without_plain_words
from app.answering.text.amounts import moments
from app.answering.text.doers import is_of_another
from app.answering.text.quantities import CalendarDate
from app.answering.text.statuses import status_of
from app.answering.text.terms import (
    content_terms,
    fold,
    is_function_word,
    key_of,
    keys,
    names_of,
    terms,
)
from app.answering.verification.settling import says_nothing
from vectorstore.types import SentenceKind

OF_OTHERS = 0.3
"""What the chance of a sentence counts that speaks of none of the question's names, where another
speaks of all of them."""
OF_OTHER_DOCUMENTS = 0.6
"""The same of a document that has none of them, where another has. Less costs questions to several
sources of which one says "the group"."""
OF_NAMESAKES = 0.2
"""The same of a document that has only the later words of a name, where another has its first."""
OF_OTHER_TIMES = 0.3
"""The same of a sentence with another date than the one asked about."""
RIVAL = 0.3
"""Share of its chance that a sentence of the time asked about must have."""
LACKING = 1.0
"""What a sentence's log odds lose if it and its surroundings lack all words of the question, where
others of its document hold them all. More costs questions to several sources, less shows more of
what is beside the point (docs/answering.md)."""
TELLING = 0.6
"""Least chance of a sentence with the verb and the name of a question for who did it, and names;
and of one that says what a thing is."""
COUNTED = 0.8
"""Least chance of a reason that is told in its turn ("The second is …") under such a heading."""
HEADED = 0.35
"""The same for any other sentence there."""
HALF = 0.5
FEW_WORDS = 2
"""A question of more subject words is after something more certain."""
CONSIDERED = 3
"""Sentences under a heading of reasons that count where none is told in its turn."""

OF_FRAGMENTS = 0.2
"""What the chance of a signature, a masthead or a table's head counts."""
FRAGMENT_WORDS = 9

_DIGIT = re.compile(r"\d")
_ENDS = re.compile(r"[.!?…:;][\"'”’»)\]*_]*$")
_REASONS = re.compile(
    r"^\W*(?:\d+[.)]?\s*)?(?:why\b|what went (?:wrong|right|well|badly)|"
    r"what (?:caused|killed|drove|led|made|broke|was behind|lay behind|stood behind|held|stopped|"
    r"sank|doomed)\b|(?:the |its |their |main |two |three |four |five |key )*"
    r"(?:reasons?|causes?|motives?|grounds|rationale|explanations?)\b|"
    r"how it (?:failed|fell|broke|ended)|where it (?:failed|went wrong)|behind (?:the|its)\b|"
    r"warum\b|gründe\b|pourquoi\b|por qué\b)",
    re.IGNORECASE,
)
_DOES = re.compile(
    r"\b(?i:did|does|do|has|have|had|will|would) (?:the )?"
    r"(?P<doer>[^\W\d_a-z][\w&.-]*(?: [^\W\d_a-z][\w&.-]*)*) "
    r"(?:ever |also |already )?(?P<verb>[a-z]+)"
)
_OWNED_FIGURE = re.compile(r"\b[^\W\d_a-z][\w&-]*(?:'s|s') (?:some |about |over )?[$€£]?\d")
_DENIES = re.compile(r"\b(?:neither|nobody|no one|none|never|not)\b|n't\b", re.IGNORECASE)
_TURN = re.compile(
    r"^\W*(?:the |a |an |another |one |its )?(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|"
    r"fourth(?:ly)?|fifth(?:ly)?|last(?:ly)?|final(?:ly)?|next|another|one|other)\b"
    r"(?:,| (?:is|was|reason|cause|problem|point|factor|explanation|one)\b)",
    re.IGNORECASE,
)


def weighed(asked: Asked, evidence: Sequence[Evidence], *, has_parts: bool) -> list[Evidence]:
    """The evidence with adjusted probabilities, the most probable first.

    Args:
        asked: The question.
        evidence: As it was read.
        has_parts: Whether it asks of several names side by side: then none is "another".
    """
    relation = relation_of(asked.text)
    found = [_whole(asked, _seen(asked, item, evidence, relation), evidence) for item in evidence]
    found = by_list(asked, without_other_posts(asked.text, found))
    found = _without_other_deals(asked, found)
    found = without_other_speakers(asked.text, without_other_parties(asked.text, found))
    found = without_plain_words(asked, without_the_unsaid(asked, found))
    if not has_parts:
        found = _without_others(asked, _without_other_doers(asked, found))
    found = _without_other_times(asked, found)
    found = _without_figures_of_others(asked, found)
    found = without_former_holders(asked.text, _by_words(asked, found))
    return _sorted(found)


def _sorted(evidence: Sequence[Evidence]) -> list[Evidence]:
    return sorted(
        evidence, key=lambda item: (-item.relevance, item.document_id, item.sentence.ordinal)
    )


def _without_other_doers(asked: Asked, evidence: list[Evidence]) -> list[Evidence]:
    """Lower chances where a sentence has the question's verb with somebody else doing it.

    Whether Mitsubishi raised its share is not told by Renault's raising its own.
    """
    found = _DOES.search(fold(asked.text))
    if found is None:
        return evidence
    doer = keys(word for word in terms(f"x {found['doer']}") if word.is_name)
    verb = key_of(found["verb"])
    if not doer or found["doer"].isupper() or is_function_word(found["verb"]):
        return evidence  # of "SAS" the sources may tell under its long name
    return [
        replace(item, relevance=OF_OTHERS * item.relevance)
        if is_of_another(item.text, {verb}, (doer,))
        else item
        for item in evidence
    ]


def _without_other_times(asked: Asked, evidence: list[Evidence]) -> list[Evidence]:
    """Lower chances where a sentence tells of another time than the one asked about.

    Who was appointed in November is not told by the appointments of September. Only where another
    sentence, not much less likely, tells of that time.
    """
    wanted = [moment.date for moment in moments(asked.text) if not moment.side]
    if len(wanted) != 1 or asked.expects is Expects.DATE:
        return evidence
    times = [[moment.date for moment in moments(item.text)] for item in evidence]
    agree = [any(_may_be_one(wanted[0], date) for date in dates) for dates in times]
    sure = max(
        (item.relevance for item, does in zip(evidence, agree, strict=True) if does), default=0
    )
    return [
        replace(item, relevance=OF_OTHER_TIMES * item.relevance)
        if dates and not does and sure >= RIVAL * item.relevance
        else item
        for item, dates, does in zip(evidence, times, agree, strict=True)
    ]


def _may_be_one(one: CalendarDate, other: CalendarDate) -> bool:
    """Whether two dates may be the same, or one lies in the other."""
    return all(
        not mine or not its or mine == its
        for mine, its in ((one.day, other.day), (one.month, other.month), (one.year, other.year))
    )


def _without_figures_of_others(asked: Asked, evidence: list[Evidence]) -> list[Evidence]:
    """Lower chances where a figure is somebody else's: "Marlow's 900 employees" of Kestrel's."""
    names = {term.key for term in asked.names}
    if asked.expects not in {Expects.NUMBER, Expects.MONEY, Expects.SHARE} or not names:
        return evidence
    return [
        replace(item, relevance=OF_OTHERS * item.relevance, answers=OF_OTHERS * item.answers)
        if names.isdisjoint(item.keys) and _OWNED_FIGURE.search(fold(item.text))
        else item
        for item in evidence
    ]


def without_other_documents(
    asked: Asked, evidence: Sequence[Evidence], *, factor: float = OF_OTHER_DOCUMENTS
) -> list[Evidence]:
    """The same, with low chances in documents none of whose sentences has a name of the question.

    Only where another one has. Nor does a document that has but one side of "the X Y deal" say much
    beside one that has both. For choosing what is shown: whether there is an answer is told by all
    that was read.
    """
    names = {term.key for term in asked.names}
    held: dict[str, set[str]] = {}
    for item in evidence:
        held.setdefault(item.document_id, set()).update(names - item.missing)
    sides = names if is_of_pact(asked.text) and names in held.values() else set[str]()
    if not any(held.values()):
        return list(evidence)
    telling = first_words(asked)
    told = {item.document_id for item in evidence if not telling <= item.missing}
    found = []
    for item in evidence:
        has = held[item.document_id]
        counts = factor if not has else OF_OTHERS if not sides <= has else 1.0
        if has and told and item.document_id not in told:
            counts = min(counts, OF_NAMESAKES)
        found.append(replace(item, relevance=counts * item.relevance))
    return _sorted(found)


def is_of_reasons(heading: Sequence[str]) -> bool:
    """Whether what stands under a heading gives reasons."""
    return bool(heading) and _REASONS.search(heading[-1]) is not None


def _whole(asked: Asked, item: Evidence, evidence: Sequence[Evidence]) -> Evidence:
    """The same, with a lower chance where it states nothing: a signature, a table's head.

    A signature says who somebody is, and answers where just that is asked of what it names.
    """
    text = item.text.rstrip()
    names = {term.key for term in asked.names}
    if asked.expects is Expects.NAME and names and names <= item.keys:
        return item
    if _DIGIT.search(text) or len(text.split()) > FRAGMENT_WORDS:
        return item
    is_prose = item.sentence.kind in {SentenceKind.PROSE, SentenceKind.CAPTION}
    is_head = item.sentence.kind is SentenceKind.TABLE and not any(
        other.document_id == item.document_id
        and other.sentence.kind is SentenceKind.TABLE
        and other.sentence.ordinal == item.sentence.ordinal - 1
        for other in evidence
    )
    # "1. Selecting a partner" above a paragraph is its heading.
    is_above = item.sentence.kind is SentenceKind.LIST_ITEM and not any(
        other.document_id == item.document_id
        and other.sentence.kind is SentenceKind.LIST_ITEM
        and abs(other.sentence.ordinal - item.sentence.ordinal) == 1
        for other in evidence
    )
    if is_head or ((is_prose or is_above) and not _ENDS.search(text)):
        return replace(item, relevance=OF_FRAGMENTS * item.relevance)
    return item


def _seen(
    asked: Asked, item: Evidence, evidence: Sequence[Evidence], relation: Relation | None
) -> Evidence:
    if (
        asked.expects is Expects.REASON
        and is_of_reasons(item.passage.passage.heading)
        and _asks_for_all_reasons(asked, item)
        and not says_nothing(item.text)
        and not asks(item.text)
    ):
        return replace(item, relevance=max(item.relevance, _of_reason(item, evidence)))
    if defines(asked.text, item.text):
        return replace(item, relevance=max(item.relevance, TELLING))
    if relation is None or relation.doers:
        return item
    if _DENIES.search(item.text) or not tells_of(relation, item, evidence, strictly=True):
        return item
    known = relation.done_to[0]
    if all(name.keys & known for name in names_of(item.text)):
        return item
    return replace(item, relevance=max(item.relevance, TELLING), answers=max(item.answers, TELLING))


def _of_reason(item: Evidence, evidence: Sequence[Evidence]) -> float:
    if _TURN.search(item.text):
        return COUNTED
    beside = [other for other in evidence if other.passage.passage.id == item.passage.passage.id]
    if any(_TURN.search(other.text) for other in beside):
        return 0.0
    before = sum(other.sentence.ordinal < item.sentence.ordinal for other in beside)
    return HEADED if before < CONSIDERED else 0.0


def _asks_for_all_reasons(asked: Asked, item: Evidence) -> bool:
    """Whether a question is after no certain reason, of what the title or the heading names.

    "Why did Haven close?" is; of "Why did its size not help with prices?" the reader knows more.
    """
    around = keys(content_terms(" ".join((item.metadata.title, *item.passage.passage.heading))))
    names = {term.key for term in asked.names}
    others = {term.key for term in asked.terms} - names
    if names:
        return names <= around and len(others) <= FEW_WORDS - 1
    return len(others) <= FEW_WORDS and not others.isdisjoint(around)


def _without_other_deals(asked: Asked, evidence: list[Evidence]) -> list[Evidence]:
    """Whether a deal has come about is not said by what became of the deal of somebody else.

    Most of the names in the question must stand in the sentence or right before it. What tells how
    far a deal has come, of all its names, answers whether it is completed.
    """
    if asked.expects is not Expects.STATUS or not is_of_deal(asked.text):
        return evidence
    names = {term.key for term in asked.names}
    if len(names) < 2:  # noqa: PLR2004 - the two sides of a deal
        return evidence
    asks_for_end = of_a_deal(asked.text) is not None
    found = []
    for item in evidence:
        if len(names & item.missing) >= HALF * len(names):
            factor = OF_OTHERS
            item = replace(item, relevance=factor * item.relevance, answers=factor * item.answers)
        elif asks_for_end and names <= item.keys and status_of(item.text) is not None:
            # "In the works" answers it, which a small reader does not see.
            told = max(item.relevance, TELLING), max(item.answers, TELLING)
            item = replace(item, relevance=told[0], answers=told[1])
        found.append(item)
    return found


def _without_others(asked: Asked, evidence: list[Evidence]) -> list[Evidence]:
    names = {term.key for term in asked.names}
    if not names or not any(names.isdisjoint(item.missing) for item in evidence):
        return evidence
    # A title on "alliances" makes not each sentence below it one about Star Alliance.
    telling = names - named_kinds() or names
    return [
        replace(item, relevance=OF_OTHERS * item.relevance)
        if names <= item.missing or (telling <= item.missing and names.isdisjoint(item.keys))
        else item
        for item in evidence
    ]


def _by_words(asked: Asked, evidence: list[Evidence]) -> list[Evidence]:
    """The chances, lower for what lacks more of the question's words than its document must.

    With what stands around a sentence; of each part of the question by itself. Other documents
    may say the same in other words. What is summed up does not repeat the words for it.
    """
    words = keys(asked.terms)
    if not words or asked.wants_summary:
        return evidence
    lacking = [len(words & item.missing) / len(words) for item in evidence]
    least: dict[tuple[int, str], float] = {}
    for item, share in zip(evidence, lacking, strict=True):
        place = item.part, item.document_id
        least[place] = min(share, least.get(place, share))
    found = []
    for item, share in zip(evidence, lacking, strict=True):
        change = -LACKING * (share - least[item.part, item.document_id])
        if asked.expects is Expects.DATE and moments(item.text):
            change = 0.0  # a day tells more than the word for what happened on it
        found.append(replace(item, relevance=_with_odds(item.relevance, change)))
    return found


def _with_odds(chance: float, change: float) -> float:
    """A chance after its log odds have changed."""
    odds = math.exp(change)
    return chance * odds / (1.0 - chance + chance * odds)
