"""Words of a comparing question by which it means something narrower than its shape says. Pure.

"Who invested more in research in 2020, A or B?" is not after what A and B once paid: a comparison
by amounts would show sums that were never asked for.
"""

from __future__ import annotations

import re

from app.answering.question.asking import named_kinds
from app.answering.question.comparison import Comparison, is_kind_of_thing
from app.answering.question.comparison_shapes import is_compared_by
from app.answering.text.terms import Term, content_terms, keys, terms

_COMPARES = re.compile(
    r"(?:compar\w+|contrast\w*|differ\w*|similarit\w+|versus|vs|table|side|put|between|gap|interval|"
    r"times?|number|exactly|total|terms?|overall|two|both|ones?|much|many|long|big|large|high|small|"
    r"main|key|show|give|tell|need|know|like|elapsed|pass(?:ed)?|lay|lies?|separates?|go|went|takes?|"
    r"took|place|happen\w*|already|formally|months?|weeks?|days?|years?|deal|case)",
    re.IGNORECASE,
)
"""Words of a comparison as such."""
_OF_A_NAME = re.compile(r"^[^A-Z]*\b(?:of|by|at|for|from) (?:the |an? )?(?=[A-Z])")
"""The "net profit of" of a thing that is a company's net profit."""


def qualifiers(text: str, compared: Comparison) -> tuple[Term, ...]:
    """Content words that neither name the things, nor say by what they are compared.

    Args:
        text: The question.
        compared: What was understood of it.
    """
    names = [_OF_A_NAME.sub("", thing) for thing in compared.things]
    told = " ".join((*names, compared.word, compared.event, compared.counted))
    known = keys(terms(told)) | named_kinds()
    return tuple(
        term
        for term in content_terms(text)
        if term.key not in known
        and not (compared.limit is not None and term.is_number)
        and not _COMPARES.fullmatch(term.text)
        and not is_kind_of_thing(term.text)
        and not is_compared_by(term.text)
    )
