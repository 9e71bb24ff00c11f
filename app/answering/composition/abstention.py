"""The reply if the sources do not answer: what was searched, and the most similar sentences."""

from __future__ import annotations

from collections.abc import Sequence

from app.answering.evidence.claimed import claim_of
from app.answering.evidence.evidence import Evidence
from app.answering.evidence.relations import Premise, as_statement, relation_of
from app.answering.question.asking import Asked
from app.answering.question.decompose import Part, covered_parts
from app.answering.text.terms import keys
from app.answering.verification.settling import says_nothing
from app.languages.catalogue import ENGLISH, both, either, long_date, marked, say, say_number
from app.types import NearMiss
from vectorstore.reader import Extent

NEAR_MISSES = 3
NEAR = 0.05
"""A sentence less likely than this has to do with the question only if it holds one of its names,
or most of its words."""
MOST = 0.5
FEWEST_WORDS = 4
"""What is shorter ("They finally did.") says nothing without what stands around it."""
NAMED_WORDS = 3
"""More words than these that the sources lack are no help to the reader."""
NAMED_CHARACTERS = 40
"""What is longer is no word."""
_NOT_SAID = marked("The sources do not say that {statement}.")
QUOTED_CHARACTERS = 200
"""A longer question is not repeated."""


def near_misses(asked: Asked, evidence: Sequence[Evidence]) -> tuple[NearMiss, ...]:
    """The likeliest sentences of different passages that have to do with the question.

    They are not an answer and no citations.
    """
    found: dict[str, NearMiss] = {}
    for item in evidence:
        if len(found) == NEAR_MISSES:
            break
        if says_nothing(item.text) or not _is_near(asked, item):
            continue
        found.setdefault(
            item.passage.passage.id,
            NearMiss(
                document_id=item.document_id,
                version=item.version,
                title=item.metadata.title,
                published=item.metadata.published,
                text=item.text,
                start=item.sentence.start,
                end=item.sentence.end,
                score=round(item.relevance, 4),
            ),
        )
    return tuple(found.values())


def message(
    asked: Asked,
    lacking: Sequence[str],
    near: int,
    searched: Extent,
    language: str = ENGLISH,
) -> str:
    """Two or three sentences: that there is no answer, to what, and what was searched.

    Args:
        asked: The question as it was understood.
        lacking: Its words that nothing near holds.
        near: How many near misses are shown.
        searched: The documents that were searched, after filters.
        language: Of the message.
    """
    if asked.is_request:
        return say(
            language,
            "The sources do not say. Accord answers questions from its sources; "
            "it does not write, translate or calculate.",
        )
    if not searched.num_documents:
        return say(
            language,
            "The sources do not say: no source is left to search with this choice of sources.",
        )
    text = " ".join(asked.text.split())
    if 0 < len(text) <= QUOTED_CHARACTERS:
        sentences = [say(language, "The sources give no answer to “{question}”.", question=text)]
    else:
        sentences = [say(language, "The sources give no answer.")]
    if searched.newest is not None:
        sentences.append(
            say_number(
                language,
                "Searched: {number} source, the newest of {date}.",
                "Searched: {number} sources, the newest of {date}.",
                number=searched.num_documents,
                date=long_date(searched.newest, language=language),
            )
        )
    else:
        sentences.append(
            say_number(
                language,
                "Searched: {number} source.",
                "Searched: {number} sources.",
                number=searched.num_documents,
            )
        )
    words = _quoted(lacking, language)
    if not_understood := unknown(asked, language):
        sentences.append(not_understood)
    elif words and near:
        sentences.append(
            say(
                language,
                "The passages that come nearest do not mention {words}.",
                words=either(language, words),
            )
        )
    elif not near:
        sentences.append(say(language, "Nothing in them comes near."))
    return " ".join(sentences)


def of_premise(
    asked: Asked, presumed: Premise, *, has_near: bool, language: str = ENGLISH
) -> str | None:
    """That the sources do not say what the question takes for granted; None where they may."""
    if presumed is Premise.SAID:
        return None
    relation = relation_of(asked.text)
    statement = None if relation is None else as_statement(relation)
    if statement is None:
        claim = claim_of(asked.text)
        return None if claim is None else say(language, _NOT_SAID, statement=claim.text)
    said = say(language, _NOT_SAID, statement=statement)
    if not has_near:
        return said
    if presumed is Premise.REVERSED:
        return f"{said} {say(language, 'They say it the other way round.')}"
    return f"{said} {say(language, 'What they do say about the two is shown below.')}"


def unknown(asked: Asked, language: str) -> str | None:
    """A sentence on the words that could not be put into English; None if there are none."""
    words = _quoted(asked.unknown, language)
    if not words:
        return None
    return say(
        language,
        "Not understood: {words}. Ask in English to find more in English sources.",
        words=both(language, words),
    )


def _quoted(words: Sequence[str], language: str) -> list[str]:
    short = [word for word in words if len(word) <= NAMED_CHARACTERS][:NAMED_WORDS]
    return [say(language, "“{word}”", word=word) for word in short]


def lacking_words(
    asked: Asked, shown: Sequence[NearMiss], evidence: Sequence[Evidence]
) -> list[str]:
    """Words of the question that none of the near misses holds, nor what stands around them."""
    places = {(near.document_id, near.start) for near in shown}
    items = [item for item in evidence if (item.document_id, item.sentence.start) in places]
    if not items:
        return []
    held = [keys(asked.terms) - item.missing for item in items]
    return [term.text for term in asked.terms if not any(term.key in each for each in held)]


def unanswered(
    pieces: Sequence[Part], cited: Sequence[Evidence], said: str, language: str = ENGLISH
) -> str | None:
    """A sentence on the parts of a question of which nothing is cited; None if there are none.

    Args:
        pieces: The names that the question puts side by side.
        cited: What the answer rests on.
        said: By the asker; a name that only a chat model's rewrite has is not repeated.
        language: Of the sentence.
    """
    texts = [
        " . ".join((item.metadata.title, *item.passage.passage.heading, item.passage.text))
        for item in cited
    ]
    covered = set[int]().union(*(covered_parts(pieces, text) for text in texts))
    names = [
        piece.name
        for number, piece in enumerate(pieces)
        if number not in covered and piece.name in said
    ]
    if not names or not cited:
        return None
    return say(language, "Nothing on this was found about {names}.", names=either(language, names))


def _is_near(asked: Asked, item: Evidence) -> bool:
    if len(item.text.split()) < FEWEST_WORDS:
        return False
    names = {term.key for term in asked.names}
    words = keys(asked.terms)
    return (
        item.relevance >= NEAR
        or bool(names & item.keys)
        or (bool(words) and len(words & item.keys) >= MOST * len(words))
    )
