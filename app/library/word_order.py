"""Questions about the library that were put into English word by word, in the order of English.

"When was published the article" and "which is the document newest" are how the tables of
`app.languages` render other languages. Pure.
"""

from __future__ import annotations

import re

from app.library.filters import EXTREMES
from app.library.words import DOCUMENT, PLURAL

_EXTREME = "|".join(sorted(EXTREMES, key=len, reverse=True))
_PUT_OUT = r"(?:published|written|released)"
_ORDERS = tuple(
    (re.compile(pattern, re.IGNORECASE), order)
    for pattern, order in (
        (rf"\bof (?={DOCUMENT} (?:on|about|by|from)\b)", "of the "),
        (rf"\bhow much (?={PLURAL}\b)", "how many "),
        (r"\bmention to (?=\w)", "mention "),
        (rf"\b(the )?({DOCUMENT}) (?:the )?({_EXTREME})\b", r"\1\3 \2"),
        (rf"^when (?:(?:was|is|has|were) )?(?:been )?({_PUT_OUT}) (.+)$", r"when was \2 \1"),
        (rf"^when (the .+?) (?:(?:has|was|is) )?(?:been )?({_PUT_OUT})\b", r"when was \1 \2"),
        (r"^who (?:has|have) (.+) (?:written|wrote)\b", r"who wrote \1"),
        (r"^what is about ([^?]+)", r"what is \1 about"),
        (r"^(summari[sz]e\b.+) together\b", r"\1"),
        (r"^(list\b.+) on(?=\W*$)", r"\1"),
    )
)


def in_english_order(text: str) -> str:
    """The same words as English would put them, as far as a question about the library needs it.

    Args:
        text: In English words, in the order of another language.
    """
    said = " ".join(text.split())
    for pattern, order in _ORDERS:
        said = pattern.sub(order, said)
    return said
