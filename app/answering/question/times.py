"""Is asked which of two things happened earlier, by whatever it is called? Pure.

"Compare the times of the board changes at A and B. Which came earlier?" is understood as when the
board changes at A were, and when those at B were.
"""

from __future__ import annotations

import re

from app.answering.question.comparison import Asks, Attribute, Comparison
from app.answering.question.decompose import parts

TWO = 2
_TIMES = re.compile(
    r"\W*How do (?:the )?(?:(?:dates?|times?|timings?) (?:of|for|when|at which) |"
    r"(?:[\w'’-]+ ){1,6}?(?:dates|times|timings) (?:of|for|at|by) )[^?]+ compare\W*",
    re.IGNORECASE,
)
_WHEN = re.compile(r"When\b")


def times_compared(question: str) -> Comparison | None:
    """The two things whose times a question compares, each with a question of its own.

    None if it compares no times, or not those of exactly two names.
    """
    pieces = parts(question) if _TIMES.fullmatch(question) else ()
    if len(pieces) != TWO or not all(_WHEN.match(piece.text) for piece in pieces):
        return None
    return Comparison(
        tuple(piece.name for piece in pieces),
        (Attribute.DATE,),
        Asks.LEAST,
        "earlier",
        is_less=True,
        questions=tuple(piece.text for piece in pieces),
    )
