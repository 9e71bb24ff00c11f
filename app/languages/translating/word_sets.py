"""Words of English, and a few of others, that are treated alike when a clause is put in order."""

from __future__ import annotations

from app.languages.translating.lexicon import VERB
from app.languages.translating.piece import AUXILIARY

GERMANIC = frozenset({"de", "nl"})
HAVE = {"has": "present", "have": "present", "had": "past"}
BE = frozenset({"is", "are", "was", "were", "be"})
MODALS = frozenset({"can", "should", "must", "may", "will", "would", "could"})
SUBJECTS = frozenset({"it", "he", "she", "they", "we", "you", "i", "there", "something", "somebody",
                       "nobody", "everything", "nothing", "that", "this"})  # fmt: skip
NO_OBJECT = frozenset(
    """
    fail happen become grow come go fall rise last remain die resign retire expire exist live
    succeed leave end partner take place be born cooperate compete work arrive return travel fly
    """.split()
) | {"take place", "be born"}
"""Verbs that say of their subject what it did, with "ist" as with "hat"."""
NEEDS_OBJECT = frozenset({"buy", "acquire", "found", "sell", "replace", "join", "leave", "merge"})
CAUSES = frozenset(
    {"make", "cause", "happen", "lead to", "lead", "motivate", "influence", "take place"}
)
"""Of these a "what" is what does it."""
AGENTS = frozenset(
    """
    company companies bank banks partner partners airline airlines country countries investor
    investors manufacturer manufacturers organisation organisations article articles document
    documents report reports source sources text texts study studies founder founders owner owners
    hospital hospitals people person
    employee employees insurer insurers enterprise enterprises group groups minister ministers
    """.split()
)
ABOUT_THINGS = frozenset(
    """
    article articles document documents report reports study studies book books text texts source
    sources information question questions data news
    """.split()
)
"""Nouns that are about something."""
PERSONAL = frozenset(
    {"resign", "retire", "die", "be born", "appoint", "arrest", "say", "think", "accuse"}
)
SPEAKING = frozenset({"think", "say", "speak", "know", "tell", "write"})
VERBAL = frozenset({VERB, AUXILIARY})
GIVING = frozenset({"pay", "give", "sell", "send", "deliver", "offer", "transfer", "license"})
ATTACHED = frozenset({"of", "between", "with", "for", "against"})
"""Prepositions that make a phrase of the noun before them longer."""
MASS = frozenset({"how much", "how many", "which", "what", "whose"})
"""Question words that a noun may follow."""
TOLD_TO = frozenset(
    {"want", "plan", "decide", "try", "hope", "need", "promise", "agree", "have", "expect"}
)
CLITICS = {
    "fr": {"l'": "it", "le": "it", "la": "it", "les": "them"},
    "es": {"lo": "it", "la": "it", "los": "them", "las": "them"},
    "it": {"l'": "it", "lo": "it", "la": "it", "li": "them", "le": "them"},
    "pt": {"o": "it", "a": "it", "os": "them", "as": "them"},
}
SECOND_PERSON = {"es": ("as", "es", "ais", "eis"), "it": ("ai", "ete", "ate")}
PLURAL_VERB = {"es": "n", "it": "no", "pt": "m"}
THAT = frozenset({"que", "qu'", "che"})
"""Behind the first word of a clause they open another."""
INVERTED = {"t il": "it", "t elle": "it", "t ils": "they", "t elles": "they", "t on": "you"}
NO_ARTICLE = frozenset({"des", "d'"})
"""French: as often an article for several as "of the"."""
PURE = frozenset(
    """
    very too almost often always never sometimes usually ever again later soon recently finally
    immediately yesterday tomorrow really together exactly still already now today also only so
    here there before afterwards originally especially probably mainly roughly
    """.split()
) | {"at least", "so far", "in the end"}
"""Words of `others.txt` that never stand before a noun."""
ADVERBS = PURE | frozenset(
    "first last per several each both enough true possible necessary responsible successful".split()
)
"""Words of `others.txt` that do not belong to a noun before them, or say something of it."""


SUBORDINATE = frozenset({"that", "if", "because", "whether", "while", "although"})
SAYS = ("can you tell", "tell me", "i would like")
