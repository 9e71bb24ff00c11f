"""A word of a question, and of what kind it is."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.languages.translating.lexicon import Reading

NAME, WH, DETERMINER, PREPOSITION, PRONOUN, CONJUNCTION = (
    "name",
    "wh",
    "det",
    "prep",
    "pron",
    "conj",
)
AUXILIARY, NUMBER, PHRASE, REFLEXIVE, NOTHING, UNKNOWN = "aux", "number", "phrase", "se", "", "?"
_FUNCTION = {
    WH: "when|who|whose|what|where|why|how|which|"
    "how much|how many|how long|how often|how high|how big",
    DETERMINER: "the|a|no|this|that|their|his|its|more|less|most|many|all|other|both|several|each",
    PREPOSITION: "of|in|at|to|for|with|on|about|after|before|since|until|against|between|without|"
    "because of|from|by|as|than|during|despite|under|through|instead of|per|behind|outside",
    PRONOUN: "it|he|she|they|we|you|i|me|there|something|nothing|everything|somebody|nobody",
    CONJUNCTION: "and|or|but|if|because|while|although|whether",
    NUMBER: "two|three|four|five|six|seven|eight|nine|ten|hundred",
    AUXILIARY: "is|are|was|were|be|been|has|have|had|can|should|must|may|will|would|could",
}
KINDS = {word: kind for kind, words in _FUNCTION.items() for word in words.split("|")}
SCALES = frozenset({"million", "billion", "thousand"})
"""Behind a number they stay in the singular, and a noun follows."""


def _contracted(line: str) -> dict[str, str]:
    pairs = (part.split(":") for part in line.split("|"))
    return {word: base.strip() for base, words in pairs for word in words.split()}


CONTRACTED = {
    "de": _contracted("in:im ins|an:am ans|zu:zum zur|von:vom|bei:beim"),
    "fr": _contracted("de:du des d'|a:au aux"),
    "es": _contracted("de:del|a:al"),
    "it": _contracted(
        "di:del dello della dei degli delle dell'|a:al allo alla ai agli alle all'|"
        "in:nel nello nella nei negli nelle nell'|da:dal dallo dalla dai dagli dalle dall'|"
        "su:sul sullo sulla sui sugli sulle sull'"
    ),
    "pt": _contracted("de:do da dos das|em:no na nos nas|a:ao aos|por:pelo pela pelos pelas"),
}
"""Prepositions that have swallowed an article, with what they are without it."""


@dataclass(slots=True, eq=False)
class Piece:
    """A word of a question, or several that mean one thing."""

    text: str
    start: int
    end: int
    kind: str
    forms: frozenset[str] = frozenset()
    """Of a verb, in which forms it may stand."""
    lemma: str = ""
    """Of a verb, in English."""
    said: str = ""
    """As it was asked, folded."""
    is_own: bool = False
    """Left as it was."""
    is_plural: bool = False
    is_unknown: bool = False
    as_verb: Reading | None = None
    """What it would mean as a verb, where it is taken for something else."""


@dataclass(slots=True)
class Group:
    """The verbs of a clause, as English needs them."""

    finite: Piece
    pieces: list[Piece]
    lemma: str
    """Of the main verb; "be" of a copula."""
    auxiliary: str = ""
    """For example "Was", "should"; empty where English says "did" or nothing."""
    tense: str = "past"
    is_passive: bool = False
    is_copula: bool = False
    is_plural: bool = False
    is_reflexive: bool = False
    more: list[Piece] = field(default_factory=list)
    """Further verbs, behind the main one."""
