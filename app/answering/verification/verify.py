"""Does the quoted evidence say what a claim says? Checked before anyone sees the claim.

A claim that is a contiguous run of a quote passes. Any other must pass the hard checks (links and
hidden signs, quotations, numbers, dates, names, what is turned round), and then the reader must
find it supported by the quotes together. The reader never overrules a hard check.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from app.answering.text.terms import content_terms, fold, is_function_word, keys, terms
from app.answering.verification.attached import other_number
from app.answering.verification.checks import Check, Failure
from app.answering.verification.crossed import crossed
from app.answering.verification.facts import lacking
from app.answering.verification.foreign import brought_in, is_instruction, plain
from app.answering.verification.joined import told_of_another
from app.answering.verification.opposite import opposite
from app.answering.verification.overstated import overstated
from app.answering.verification.swapped import number_of_another
from app.answering.verification.turned import turned
from vectorstore.sentences import split_sentences

__all__ = ["Check", "Failure", "is_run_of", "verify"]


class Support(Protocol):
    """The chance that evidence, read together, says what a claim says (`Reader.support`)."""

    def __call__(self, claim: str, evidence: Sequence[str], /, *, title: str = "") -> float:
        """In [0, 1]; the title is what the evidence stands under."""
        ...


MAX_CLAIM_CHARACTERS = 2_000
"""No sentence that one can check against a few quotes is longer."""
SUPPORTED = 0.69
"""From this chance on a claim counts as supported. At .55 some 82 of 100 right claims would be
shown in place of 66, and 29 of 100 wrong ones in place of 18 (docs/verifier.md)."""
SUPPORTED_IN_DOUBT = 0.8
"""The same where the claim says of which country somebody is, and the quotes name none."""
QUOTED_WORDS = 3
"""From so many words on, what stands in quotation marks is a quotation and no term."""

_TURNS = re.compile(
    r"\b(?:not|no|never|none|nor|neither|without|cannot|nothing|nobody|hardly|barely|fails? to|"
    r"failed to|refus\w+|den(?:y|ied|ies)|reject\w*|lacks?|lacked)\b|n't\b|"
    r"\b(?:agree[sd]? to|want(?:s|ed)? to|up to|most of|some of|part of|if|whether|unless)\b|"
    r"\b(?:may|might|could|would|should|perhaps|possibl[ye]|probabl[ye]|likely|unlikely|reportedly|"
    r"allegedly|apparently|potential(?:ly)?|maybe|unclear|uncertain|plan(?:s|ned|ning)?|"
    r"hope[sd]?|aim(?:s|ed)?|intend(?:s|ed)?|propos(?:e|es|ed|al)|seek(?:s)?|sought|expect(?:s|ed)?|"
    r"offer(?:s|ed)?|tr(?:y|ies|ied)|promise[sd]?|consider(?:s|ed|ing)?|talks|said|says|claim(?:s|ed)?|"
    r"warn(?:s|ed)?|believe[sd]?|predict(?:s|ed)?|argue[sd]?)\b",
    re.IGNORECASE,
)
_ELLIPSIS = re.compile(r"\.\s?\.\s?\.|…|\[\.*\]")
_QUOTED = re.compile(r'"([^"]+)"')
_ANSWER = re.compile(r"^\s*(?:yes|no)\s*[,:;.-]\s+", re.IGNORECASE)


def verify(
    claim: str,
    quotes: Sequence[str],
    support: Support,
    *,
    title: str = "",
    around: Sequence[str] = (),
) -> list[Failure]:
    """Every check that a claim fails against the quotes it cites; empty if it is supported.

    Args:
        claim: One sentence.
        quotes: Exact quotes of the sources. Without any, nothing is supported. Put those of one
            source in its order: "It is to last seven years" leans on what stands before it.
        support: Reads claim and quotes.
        title: What the quotes stand under, if it is the same for all.
        around: What stands around the quotes, title first: says whom "she" means, proves nothing.
    """
    quotes = [quote for quote in quotes if quote.strip()]
    if not quotes or not claim.strip():
        return [Failure(Check.EVIDENCE, "there is no quote to check against")]
    if any(is_run_of(claim, quote) for quote in quotes):
        return []
    if len(claim) > MAX_CLAIM_CHARACTERS:
        return [Failure(Check.CONTENT, f"{len(claim)} characters are no sentence")]
    told = [sentence for quote in quotes for sentence in _statements(quote)]
    if not told:
        return [Failure(Check.EVIDENCE, "the quotes tell one what to do and state nothing")]
    said = fold(plain(_ANSWER.sub("", claim)))
    if all(is_function_word(term.text) and not term.is_number for term in terms(said)):
        return [Failure(Check.CONTENT, "it states nothing")]
    facts = lacking(said, told, [fold(plain(each)) for each in around])
    failures = [
        *(Failure(Check.FOREIGN, each) for each in brought_in(claim, quotes)),
        *_quotation(claim, quotes),
        *facts.failures,
        *turned(said, told),
        *crossed(said, told),
        *opposite(said, told),
        *overstated(said, told),
        *told_of_another(said, told),
        *other_number(said, told),
        *number_of_another(said, told),
    ]
    if failures:
        return failures
    chance = support(claim, quotes, title=title)
    if chance >= (SUPPORTED_IN_DOUBT if facts.unsure else SUPPORTED):
        return []
    return [
        *facts.doubts,
        *facts.unsure,
        Failure(Check.CONTENT, f"supported with a chance of {chance:.2f}"),
    ]


def is_run_of(claim: str, quote: str) -> bool:
    """Whether a claim is one run of whole words of a quote, up to spacing and kinds of quotes.

    A run that starts after a "not" or ends before one is still refused: the words that are left out
    at either side may not turn its sense.
    """
    whole, part = _words(quote), _words(claim)
    at = f" {whole} ".find(f" {part} ")
    if at < 0 or not part:
        return False
    left_out = f" {whole} "[:at] + " | " + f" {whole} "[at + len(part) + 1 :]
    return part == whole or not (_TURNS.search(left_out) or is_instruction(quote))


def _words(text: str) -> str:
    return " ".join(fold(text).split()).strip("\"' .")


def _statements(quote: str) -> list[str]:
    """The sentences of a quote that state something, folded."""
    text = fold(plain(quote))
    sentences = [text[start:end] for start, end in split_sentences(text)]
    return [sentence for sentence in sentences if not is_instruction(sentence)]


def _quotation(claim: str, quotes: Sequence[str]) -> list[Failure]:
    if _ELLIPSIS.search(claim):
        return [Failure(Check.QUOTATION, "words are left out")]
    held = [f" {_bare(quote)} " for quote in quotes]
    known = keys(term for quote in quotes for term in terms(quote))
    return [
        Failure(Check.QUOTATION, f"no quote has {quoted!r}")
        for quoted in _QUOTED.findall(fold(claim))
        if len(quoted.split()) >= QUOTED_WORDS
        and not (_is_title(quoted) and known.issuperset(keys(content_terms(quoted))))
        and not any(f" {_bare(quoted)} " in each for each in held)
    ]


def _is_title(quoted: str) -> bool:
    """Whether words in quotation marks are a title: one may be put together of several quotes."""
    words = re.findall(r"[^\W\d_][\w']*", quoted)
    return all(word[0].isupper() or is_function_word(word) for word in words)


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text).lower()))
