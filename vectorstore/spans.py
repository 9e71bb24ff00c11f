"""The invariant of every stored text: what is cited is a short piece of it, at the span stated."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from vectorstore.types import PreparedDocument

MAX_QUOTE = 1000
"""Characters that one citation may have: a long sentence, or a table row with its header."""


def span_problems(prepared: PreparedDocument) -> Iterator[str]:
    """What is wrong with the spans of a document, one phrase each; nothing if all is well."""
    text, sentences, passages = prepared.document.text, prepared.sentences, prepared.passages
    for sentence in sentences:
        where = f"sentence {sentence.ordinal}"
        if not 0 <= sentence.start < sentence.end <= len(text):
            yield f"{where} lies outside its text"
        elif text[sentence.start : sentence.end].strip() != text[sentence.start : sentence.end]:
            yield f"{where} begins or ends with white space"
        elif sentence.end - sentence.start > MAX_QUOTE:
            yield f"{where} has more than the {MAX_QUOTE} characters of a citation"
    if [sentence.ordinal for sentence in sentences] != list(range(len(sentences))):
        yield "its sentences are not numbered in order"
    if any(before.end > after.start for before, after in pairwise(sentences)):
        yield "its sentences overlap"
    firsts = [passage.first_sentence for passage in passages]
    lasts = [passage.last_sentence for passage in passages]
    if passages and [*firsts, len(sentences)] != [0, *(last + 1 for last in lasts)]:
        yield "its passages do not hold each sentence once"
        return
    for passage in passages:
        inside = sentences[passage.first_sentence : passage.last_sentence + 1]
        if not inside or (passage.start, passage.end) != (inside[0].start, inside[-1].end):
            yield f"passage {passage.ordinal} is not what its sentences are"
