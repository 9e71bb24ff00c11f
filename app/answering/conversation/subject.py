"""What a conversation is about: its names with their salience, and what a pronoun means by them.

Deterministic. What is said is taken for what is meant only where the words leave little choice; a
follow-up that is not understood is searched with words of the conversation beside it instead
(`app.answering.conversation.condense`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.answering.evidence.relations import relation_of
from app.answering.question.asking import Expects, ask
from app.answering.text.demonyms import is_demonym
from app.answering.text.lexicon import ANAPHORS, GENERIC_NAMES, PERSON_CUES
from app.answering.text.terms import Name, content_terms, is_function_word, keys, names_of, terms
from app.types import Message

FADES = 0.5
"""What a name counts of what it did a turn ago."""
BY_ASKER, BY_REPLY = 1.0, 0.4
"""A name in a question says what the talk is about; of those in an answer most are beside it."""
FIRST = 1.25
"""The first name of a question is mostly what it is about."""

MOST_NOUNS = 3
"""More words behind a name are hardly one thing's."""
FEW_TERMS = 1
"""A question with no more subject words goes on with what was spoken of."""

_POSSESSIVE = re.compile(r"['’]s?$")
_SENTENCE = re.compile(r"[.!?]\s+\S")
_COMPANY = re.compile(
    r"\b(?:Inc|Corp|Co|Ltd|LLC|plc|AG|SE|SA|NV|GmbH|Group|Holdings?|Health|Hospitals?|Bank|University|"
    r"Airlines?|Airways|Alliance|Motors?|Mobility|Foods?|Care|Systems?|Partners|Ventures?|Foundation|"
    r"Institute|Association|Union|Council|Department|Ministry|Center|Centre|School|College|Company|"
    r"Industries|Technologies|International|Network|Board|Agency|Commission|Media|Press|Times|"
    r"Review|Journal|Pharmacy|Clinic|Services|Solutions|Energy|Steel|Marine|States|Kingdom)\b"
)
_HE = re.compile(r"\b(?:he|she|him|his|her|hers)\b", re.IGNORECASE)
_IT = re.compile(r"\b(?:it|its)\b", re.IGNORECASE)
_THEY = re.compile(r"\b(?:they|them|their|theirs)\b", re.IGNORECASE)
"""Not "itself": "the venture itself" stands in its own question."""
_SEVERAL = re.compile(r"\b(?:are|were) they\b|\b(?:of|all|both) (?:of )?them\b", re.IGNORECASE)
"""One name does not stand for these."""
_EMPTY_IT = re.compile(
    r"\b(?:is|was|isn't|wasn't|be|makes?|made|find|found) it (?:true|clear|possible|likely|known|"
    r"right|worth|about|that|to|the case|correct|fair|said)\b|\bit (?:is|was|seems|takes?|took) "
    r"(?:true|clear|possible|likely|that|to|about)\b|\bhow long (?:does|did|will) it take\b",
    re.IGNORECASE,
)
_OWNED = re.compile(r"\b(?:its|their|his)\b(?=\s+\w)", re.IGNORECASE)
_HER_OWN = re.compile(r"\bher\b(?=\s+(?!(?:to|in|on|at|for|from|as|by|with|and|or)\b)[a-z])", re.I)
_KINDS_OF_DEALS = (
    "deal|merger|acquisition|takeover|purchase|transaction|partnership|alliance|venture|agreement|"
    "contract|collaboration"
)
_DEFINITE = re.compile(
    r"\b(?:the|this|that) (?:(?P<who>company|firm|organi[sz]ation|group)|"
    rf"{_KINDS_OF_DEALS})\b(?! (?:of|between|with|that|which|by)\b|['’-])",
    re.IGNORECASE,
)
"""Means what was spoken of before, where the question has no name of its own."""
_CAPITALISED = r"[^\W\d_a-z][\w.&-]*"
_THINKS = frozenset("think believe say fear hope feel suggest advise propose warn argue".split())
_ASKS_OF = re.compile(r"\b(?:do|does|did|would|will)\s+$", re.IGNORECASE)
"""Before a name that such a verb follows: "what did Mona Vestergaard think"."""
_WHO_IS = re.compile(r"\bwho(?:'s|’s| is| was| are| were)\s+$", re.IGNORECASE)
_PARTICLE = r"(?:van|von|der|den|de|da|di|del|la|le|el|al|bin|ter|zu|dos)"
_PARTICLE_BEFORE = re.compile(rf"{_CAPITALISED} (?:{_PARTICLE} )+$")
_NAME_ENDS = re.compile(rf"(?: (?:{_PARTICLE} )+{_CAPITALISED})?(?:\W*$|[?,;]| (?:and|or)\b)")
_PLURAL = re.compile(r"[^\Wsui]s$")
_DOES = re.compile(r"\b(?:do|does|did|will|would|can|could|should|may|might|must)\s", re.I)
_AUXILIARY = re.compile(
    r"\b(?:(?P<do>do|does|did|will|would|can|could|should|may|might|must)|"
    r"is|are|was|were|has|have|had)\s+$",
    re.IGNORECASE,
)
_PAIR = re.compile(r"\s*(?:,| and | & |-|–|/)\s*(?:and\s+)?")


@dataclass(frozen=True, slots=True)
class Subject:
    """Who and what a conversation is about, the most salient first."""

    things: tuple[str, ...] = ()
    """What the asker spoke of, not what answers brought up beside it."""
    people: tuple[str, ...] = ()
    """Also those that an answer names."""
    pair: str | None = None
    """Names that the last question puts together: "Sony and Honda"."""
    asks_who: bool = False
    """The last question asks who it was: they are in the answer, if anywhere."""
    speaker: str | None = None
    """Whose words the last question asks for, by one name: "what did Lund say"."""

    @property
    def names(self) -> tuple[str, ...]:
        """Things, then people."""
        return (*self.things, *self.people)


def subject_of(history: Sequence[Message]) -> Subject:
    """The names of a conversation by how often, how lately and by whom they were said.

    A question that names nothing and points to nothing is a change of subject: what was spoken of
    before it is forgotten.

    Args:
        history: Its questions say what they leave out, as far as that is known.
    """
    scores: dict[str, float] = {}
    people: set[str] = set()
    pair: str | None = None
    asked = ""
    for message in history:
        is_asker = message.role == "user"
        is_bare = is_asker and len(message.content.split()) == 1  # "Haven?"
        text = f"x {message.content}" if is_bare else message.content
        found = [name for name in names_of(text) if _is_subject(name)]
        if is_asker:
            asked = message.content
            pair = _pair(asked, found) or _between(asked)
            changes = not found and not leans_back(asked)
            scores = {} if changes else {name: FADES * score for name, score in scores.items()}
        who = not is_asker and _asks_for_person(asked)
        known = keys(terms(asked))
        new = {name.text for name in found if _may_be_person(name.text) and not name.keys <= known}
        for place, name in enumerate(found):
            is_new = who and new == {name.text}  # of several, any may be who is asked for
            is_person = is_new or _is_person(name, message.content)
            if not is_asker and not is_person:
                continue
            text = _known(_POSSESSIVE.sub("", name.text), scores)
            text = _thing_at(text, asked) if is_asker else text
            share = BY_ASKER if is_asker else BY_REPLY
            scores[text] = scores.get(text, 0.0) + share * (1 if place else FIRST)
            people.update({text} if is_person else ())
    ranked = sorted(scores, key=lambda text: -scores[text])
    return Subject(
        tuple(text for text in ranked if text not in people),
        tuple(text for text in ranked if text in people),
        pair,
        _asks_for_person(asked),
        next((name.text for name in names_of(asked) if _is_speaker(name.text, asked)), None),
    )


def resolved(question: str, subject: Subject) -> str | None:
    """The question with a name where its pronoun stood; None where nothing is sure.

    A pronoun after a name of the question's own may mean that one, and in a turn of several
    sentences something said there: then it stays.
    """
    if _SENTENCE.search(question):
        return None
    own = next((name for name in names_of(question) if _is_subject(name)), None)
    first = question.find(own.text) if own else len(question)
    thing = next(iter(subject.things), None)
    it = None if _EMPTY_IT.search(question) else thing
    if _HE.search(question) or _THEY.search(question):
        it = None  # "will they get it": what was spoken of is who gets, if anything
    they = None if subject.asks_who or _SEVERAL.search(question) else thing
    for pattern, name in (
        (_HE, next(iter(subject.people), subject.speaker)),
        (_IT, it),
        (_THEY, subject.pair or they),
    ):
        found = pattern.search(question)
        if found is None or name is None or _is_written_as_name(question, found.start()):
            continue
        if found.start() <= first:
            return _put(question, found, _party(name) if pattern is _THEY else name)
    return _with_thing(question, it) if own is None and it is not None else None


def _party(thing: str) -> str:
    """Who "they" are where a deal was spoken of: "Nestlé" of "the Nestlé deal"."""
    return re.sub(rf"^the (.+) (?:{_KINDS_OF_DEALS})$", r"\1", thing)


def _is_written_as_name(text: str, at: int) -> bool:
    """Whether a word is part of a title: "She Loves You"."""
    return any(term.start == at and term.is_name for term in terms(text))


def _with_thing(question: str, thing: str) -> str | None:
    """The question with the name for "the company", and "the deal of" the name for "the deal"."""
    found = _DEFINITE.search(question)
    if found is None:
        return None
    said = thing if found["who"] else f"{found.group()} of {thing}"
    return question[: found.start()] + said + question[found.end() :]


def deal_of(question: str) -> str | None:
    """The deal that a question speaks of as "the deal"; None if of none."""
    found = _DEFINITE.search(question)
    return None if found is None or found["who"] else found.group()


def leans_back(question: str) -> bool:
    """Whether a question leans on what was said before it, or is too short to stand alone."""
    return points_back(question) or len(content_terms(question)) <= FEW_TERMS


def points_back(question: str) -> bool:
    """Whether it holds a word such as "it" or "they"; "itself" points to its own question."""
    return any(
        word.text.lower() in ANAPHORS
        and not word.text.lower().endswith(("self", "selves"))
        and not word.is_name
        for word in terms(question)
    )


def _put(text: str, found: re.Match[str], name: str) -> str:
    word = found.group().lower()
    owns = _HER_OWN if word == "her" else _OWNED
    is_owner = owns.match(text, found.start()) is not None
    owned = f"{name}'" if name.endswith("s") else f"{name}'s"
    said = owned if is_owner or word in {"hers", "theirs"} else name
    return text[: found.start()] + said + text[found.end() :]


def _thing_at(place: str, asked: str) -> str:
    """What a question speaks of where a name says where or whose it is: "the mill in Hove".

    Also "the pact between Hove and Lewes", "the Hove ferry" and "Hove's ferry" where the words end
    there or a word follows that carries no subject: which of others is a verb is not known.
    """
    name = re.escape(place)
    joined = rf"(?:in|at|near|between|with) (?:[^\W\d_a-z][\w.&'’-]* )*?(?:and )?{name}\b"
    found = re.search(rf"\b[Tt]he ((?:[a-z-]+ ){{1,3}}){joined}(?: and {_CAPITALISED})?", asked)
    if found and not (len(found[1].split()) > 1 and _AUXILIARY.search(asked[: found.start()])):
        return found.group().replace("The ", "the ", 1)
    if found := re.search(rf"\b[Tt]he {name} (?:{_KINDS_OF_DEALS})\b", asked):
        return found.group().replace("The ", "the ", 1)
    bare = _POSSESSIVE.sub("", place)
    found = re.search(rf"(?:\b[Tt]he {name}|(?<!\w){re.escape(bare)}['’]s?)((?: [a-z-]+)+)", asked)
    nouns = "" if found is None else _nouns(found[1], asked[: found.start()])
    if found is None or not nouns:
        return place
    return f"{asked[found.start() : found.start(1)]} {nouns}".replace("The ", "the ", 1)


def _nouns(behind: str, before: str) -> str:
    """The words behind a name that go with it, as far as none can be the verb; "" if unsure.

    And where they are several things or a person, whom "it" does not mean.
    """
    words = behind.split()
    end = next((n for n, word in enumerate(words) if is_function_word(word)), len(words))
    words = words[:end]
    if _WHO_IS.search(before):  # "who was Kestrel's chief": somebody
        return ""
    if direct := _AUXILIARY.search(before):  # "when did the Hove ferry close", "is the Hove ferry"
        is_done = direct["do"] is not None
        words = words[:1] if len(words) == 2 or (len(words) == 1 and not is_done) else []
    elif len(words) > 1 and _DOES.search(before):  # "what do firms in the Hove pact pay"
        words = []
    is_one = bool(words) and _PLURAL.search(words[-1]) is None and words[-1] not in PERSON_CUES
    return " ".join(words) if is_one and len(words) <= MOST_NOUNS else ""


def _known(text: str, scores: dict[str, float]) -> str:
    """The longer form in which a name was said before: "Haven Health" for "Haven"."""
    return next((known for known in scores if known.split()[-1:] == [text] or known == text), text)


def _is_subject(name: Name) -> bool:
    words = name.text.replace("’", "'").lower().split()
    if is_function_word(words[0]) or "'" in words[0].removesuffix("'s").removesuffix("s'"):
        return False  # "I'm", "What's"
    is_generic = all(word.rstrip(".") in GENERIC_NAMES for word in words)
    return not is_generic and len(name.text) > 1 and not is_demonym(name.text)


def _is_person(name: Name, text: str) -> bool:
    if name.is_person or _is_asked_who(name.text, text):
        return True
    if not _may_be_person(name.text):
        return False
    if _is_speaker(name.text, text):
        return True
    at = text.find(name.text)
    after = text[at + len(name.text) :].lstrip(" ,")[:40].lower().split()
    before = text[:at].lower().split()[-3:]
    cues = PERSON_CUES | {"surgeon", "doctor", "economist", "chief", "named", "appointed"}
    return any(word.strip(",.") in cues for word in (*after[:2], *before))


def _is_asked_who(name: str, text: str) -> bool:
    """Whether a question asks who somebody is: "Who is Frans?", "Who is Frans van Houten?"."""
    at = text.find(name)
    asks = _WHO_IS.search(text[:at]) or _WHO_IS.search(_PARTICLE_BEFORE.sub("", text[:at]))
    return asks is not None and _NAME_ENDS.match(text, at + len(name)) is not None


def _is_speaker(name: str, text: str) -> bool:
    """Whether a question asks what somebody of this name said or thinks."""
    at = text.find(name)
    after = text[at + len(name) :].lstrip(" ,")[:40].lower().split()
    return bool(after) and after[0] in _THINKS and _ASKS_OF.search(text[:at]) is not None


def _may_be_person(text: str) -> bool:
    words = text.split()
    return (
        2 <= len(words) <= 4
        and all(re.fullmatch(r"[^\W\d_][\w.'’-]*", word) for word in words)
        and not any(word.isupper() and len(word) > 2 for word in words)
        and not _COMPANY.search(text)
    )


def _asks_for_person(question: str) -> bool:
    asked = ask(question)
    return (
        asked.expects is Expects.NAME
        and re.search(r"\bwho|\bwhom\b|\bwhose\b", question, re.I) is not None
    )


def _pair(question: str, names: Sequence[Name]) -> str | None:
    """Two or more names side by side, as they are written."""
    if len(names) < 2:
        return None
    first, second = names[0].text, names[1].text
    start = question.find(first)
    end = question.find(second, start + len(first))
    if start < 0 or end < 0 or not _PAIR.fullmatch(question[start + len(first) : end]):
        return None
    return f"{first} and {_POSSESSIVE.sub('', second)}"


def _between(question: str) -> str | None:
    """The two of a question about what one does to the other."""
    relation = relation_of(question)
    if relation is None or not relation.is_between_names:
        return None
    return f"{relation.doer_text} and {relation.done_to_text}"
