"""Questions that the names in a document's title suggest: "Haven: why …", "Apple and IBM: …"."""

from __future__ import annotations

from collections.abc import Sequence

from app.answering.text.terms import names_of

OF_ONE = (
    "When was {} founded?",
    "Who founded {}?",
    "What is {}?",
)
"""Of a document whose title opens with one name. None takes for granted what need not be so: of a
thing that thrives "what went wrong" finds something, too."""
OF_TWO = (
    "Why did {} work together?",
    "When did {} announce their deal?",
    "What did {} agree?",
)
"""Of one whose title opens with two."""
TWO = 2


def forms_of(title: str) -> tuple[str, Sequence[str]]:
    """The names that a title opens with, and what may be asked of them; none where it has none."""
    opening = title.partition(":")[0].strip()
    names = [name.text for name in names_of(f"x {opening}")]
    if len(names) == 1 and opening == names[0]:
        return opening, OF_TWO if " and " in opening else OF_ONE
    if len(names) == TWO and opening in {" and ".join(names), " & ".join(names)}:
        return opening, OF_TWO
    return "", ()
