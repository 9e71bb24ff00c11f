"""Is this a question about the library itself, and which one? A grammar of shapes. Pure.

An ordinary question must never be taken for one: a shape needs a word for documents in the place of
its subject or object, and what follows must be a filter that the catalog knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from difflib import get_close_matches

from app.library.dates import STRETCH, Stretch, stretch
from app.library.filters import EXTREMES, Filtered, bare, is_no_topic, read_filters, topics_of
from app.library.question import LibraryQuestion, Wants
from app.library.words import DOCUMENT, LANGUAGES, LIBRARY, PLURAL, SPEAKS, SPEAKS_S

MAX_CHARACTERS = 300
"""What is longer is a text with a question in it."""
ALIKE = 0.84
"""Similarity (difflib) from which on an unknown word is one of ours with a slip of the pen."""
MIN_SLIP = 5
"""Letters of the shortest word in which a slip is mended."""

_NUMBERS = {
    w: n for n, w in enumerate("one two three four five six seven eight nine ten".split(), 1)
}
_COUNT = r"(?:(?P<limit>\d{1,3}|" + "|".join(_NUMBERS) + r") )?"
_EXTREME = r"(?P<extreme>" + "|".join(sorted(EXTREMES, key=len, reverse=True)) + r")"
_ALL = r"(?:(?:all|the|your|our|every|each|available|other|of|these|different|existing) )*"
_IS = r"(?:is|'s|s|are|'re|was|were)"
_SHOW = (
    r"(?:list|show|give|display|enumerate|print|name|get|find|send|see|browse)(?: me| us)?(?: up)?"
)
_LANGUAGE = rf"(?:(?P<language>{LANGUAGES}) )?"
_PLAIN = r"(?:documents|docs|articles|sources|texts)"
"""Words for documents that may open a request without a verb."""
_ONE = r"(?P<document>.+?)"
_NAMED = re.compile(
    r"(?:the|this|that|your|our) (?P<named>(?:(?!(?:of|on|about|by|in|that|which|who) )[^\s,?]+ ){0,5}?)"
    rf"(?P<noun>{DOCUMENT})(?: (?:called|titled|entitled|named))?(?P<tail>(?: .*)?)",
    re.IGNORECASE,
)
"""One document: "the Philips paper", "the article about Star Alliance"."""
_SURE = frozenset({"article", "articles", "doc", "docs", "source", "whitepaper"})
"""Words for documents that nothing else is called by."""
_BACK = re.compile(rf"(?:that|this|the same)(?: {DOCUMENT})|that one|this one", re.IGNORECASE)
_QUOTED = re.compile(r"\"(.+?)\"|(?<!\w)'(.+?)'(?!\w)")
_SHORT = (
    r"(?: (?:in|to) (?:about |at most |max(?:imum)? )?(?:a few|an?|two|three|four|five|six|ten|\d+) "
    r"(?:short |full |simple )?(?:sentences?|words|lines?|bullets?(?: points?)?|paragraphs?|points?)"
    r"(?: at most)?| in short| in brief| in a nutshell| briefly| shortly| for (?:me|us|(?:an?|my|our|the) [\w-]+(?: [\w-]+)?)|"
    r" from (?:start|beginning) to (?:end|finish))*"
)
_SUMMARY = (
    r"(?:summary|overview|gist|synopsis|abstract|digest|rundown|tl;? ?dr|recap|precis|précis)"
)
_POINTS = (
    r"(?:gist|essence|upshot|main (?:message|msg|points?|ideas?|findings?|takeaways?|arguments?|lines|"
    r"lessons)|arguments|key (?:points?|messages?|takeaways?|findings?|facts|lessons)|takeaways|conclusions?)"
)
_EVERYTHING = re.compile(
    rf"(?:(?:everything|all|what(?:ever)?)(?: that)?(?: there is| is (?:said|known|written)|"
    rf" (?:you|we) (?:have|know)|"
    rf" (?:the|your|our) (?:{PLURAL}|{LIBRARY}) (?:say|have|tell|says|has)(?: us| me)?)?"
    rf"|(?:(?:the|all|your|our) )*{PLURAL}) (?:about|on|regarding) (?P<topic>.+)",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"^(?:(?:please|pls|plz|hi|hello|hey|hi there|good (?:morning|afternoon|evening)|ok|okay|so|and|"
    r"also|but|thanks|thank you|thx|great|now|well|right|cool|accord|btw|by the way|sorry)\b[,!.: ]*)+"
    r"|^(?:(?:can|could|would|will) (?:you|we|i) (?:please |kindly |maybe |just )?|(?:may|can) i |"
    r"i(?:'d| would) (?:like|love) (?:you )?to (?:know |see |have |get )?|i (?:want|need)(?: to (?:know|"
    r"see|have))? |let (?:me|us) (?:know|see) |(?:do you|does anyone) know |(?:i am |i'm )?(?:just )?"
    r"wondering (?:if )?|tell (?:me|us) (?!about\b))",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"[\s,]*(?:\b(?:please|pls|plz|thanks|thank you|thx|ty|cheers|many thanks|too)\b|[?.!;:\s])+$",
    re.IGNORECASE,
)
_PLAIN_SIGNS = str.maketrans("’‘“”«»–—", '\'\'""""--')
_KEYWORDS = (
    "documents document articles article papers sources library collection author authors publisher "
    "publishers published newest latest oldest longest shortest summarise summarize summary overview "
    "takeaways mention mentions written additions about essence"
).split()
_OTHER_WORDS = frozenset(
    "resource resources course courses auditor auditors actor actors particle particles papery "
    "publish publishes publishing public authority authored libraries librarian lately later latter "
    "strongest lowest coldest boldest longer shorter written mentioned summaries collections".split()
)
"""Words that lie near one of ours and mean something else."""

_Read = Callable[[re.Match[str], date], LibraryQuestion | None]


def library_question(
    text: str, today: date | None = None, knows: Callable[[str], bool] | None = None
) -> LibraryQuestion | None:
    """What a question asks of the library; None if it is a question to its documents.

    Args:
        text: One question, with or without courtesies around it.
        today: What "this month" counts from; None is today.
        knows: Whether a document has such a name. "The sony paper" is one of the library's only
            where it has; without this it is left to the documents.
    """
    core = _core(text)
    if not core or len(core) > MAX_CHARACTERS:
        return None
    today = today or date.today()
    for pattern, read in _SHAPES:
        found = pattern.fullmatch(core)
        made = read(found, today) if found else None
        if made is not None and (made.is_sure or (knows is not None and knows(made.reference))):
            return replace(made, is_sure=True)
    return None


def in_plain_signs(text: str) -> str:
    """One line with plain quotes and dashes."""
    return " ".join(text.translate(_PLAIN_SIGNS).split())


def one_document(said: str, today: date) -> LibraryQuestion | None:
    """What "the Philips paper" or "the article about X" names; None if it names no document."""
    return _document(Wants.SUMMARY, said, today)


def _core(text: str) -> str:
    """The question in plain signs, without courtesies and slips in our own words."""
    plain, before = in_plain_signs(text), ""
    while before != plain:
        before, plain = plain, _CLOSING.sub("", _COURTESY.sub("", plain))
    return " ".join(map(_spelt, plain.split()))


def _spelt(word: str) -> str:
    bare_word = word.strip(",.:;\"'")
    is_ours = bare_word in _OTHER_WORDS or bare_word in _KEYWORDS
    if len(bare_word) < MIN_SLIP or not bare_word.islower() or is_ours:
        return word
    swapped = [each for each in _KEYWORDS if sorted(each) == sorted(bare_word)]
    near = swapped or get_close_matches(bare_word, _KEYWORDS, 1, ALIKE)
    return word.replace(bare_word, near[0]) if near else word


# What a shape makes of its match.


def _many(wants: Wants, *, needs_filter: bool = False) -> _Read:
    """Documents, filtered by what stands around the word for them."""

    def read(found: re.Match[str], today: date) -> LibraryQuestion | None:
        groups = found.groupdict()
        filters = read_filters(groups.get("tail") or "", today)
        made = _filtered(wants, groups, filters)
        if filters.rest or (needs_filter and filters == Filtered()):
            return None
        return made

    return read


def _filtered(wants: Wants, groups: dict[str, str | None], filters: Filtered) -> LibraryQuestion:
    extreme, limit = (groups.get("extreme") or "").lower(), groups.get("limit")
    number = None if limit is None else _NUMBERS.get(limit.lower()) or int(limit)
    if extreme and number is None and groups.get("single"):
        number = 1
    return LibraryQuestion(
        wants,
        topics=filters.topics or topics_of(groups.get("topic") or ""),
        author=filters.author,
        published=filters.published,
        language=filters.language or (groups.get("language") or "").lower(),
        lacks=filters.lacks,
        order=EXTREMES.get(extreme, filters.order),
        limit=number,
    )


def _one(wants: Wants) -> _Read:
    """One document, named by its subject or meant by "that article"."""

    def read(found: re.Match[str], today: date) -> LibraryQuestion | None:
        return _document(wants, found["document"], today)

    return read


def _document(wants: Wants, said: str, today: date) -> LibraryQuestion | None:
    if _BACK.fullmatch(said):
        return LibraryQuestion(wants, points_back=True)
    quoted = _QUOTED.search(said)
    if quoted:
        return LibraryQuestion(wants, reference=quoted[1] or quoted[2])
    named = _NAMED.fullmatch(said)
    if named is None:
        return None
    filters = read_filters(named["tail"], today)
    own = bare(named["named"])
    words = " ".join([*filters.topics, own]).strip()
    if filters.rest or not (words or filters.author):
        return None  # "the report" may be one that the documents speak of
    # So may "the ballot paper".
    is_weak = not filters.topics and own.islower() and " " not in own
    return LibraryQuestion(
        wants,
        reference=words,
        author=filters.author,
        published=filters.published,
        is_sure=not is_weak or named["noun"] in _SURE,
    )


def _new(found: re.Match[str], today: date) -> LibraryQuestion | None:
    groups = found.groupdict()
    when = stretch(groups["since"], today) if groups["since"] else None
    if groups["since"] and when is None:
        return None
    return LibraryQuestion(
        Wants.NEW,
        topics=topics_of(groups.get("topic") or ""),
        added=Stretch(when.first, today) if when else None,
    )


def _summary(*, of_anything: bool) -> _Read:
    """A document's summary, or one of all that is said on a topic.

    Args:
        of_anything: The words ask for a summary whatever follows; else a document must be named.
    """

    def read(found: re.Match[str], today: date) -> LibraryQuestion | None:
        target, limit = found["target"].strip(" :"), _sentences(found.string)
        if made := _document(Wants.SUMMARY, target, today):
            return replace(made, limit=limit)
        if everything := _EVERYTHING.fullmatch(target):
            return LibraryQuestion(
                Wants.SUMMARY, topics=topics_of(everything["topic"]), is_everything=True
            )
        if not of_anything or not bare(target) or is_no_topic(target):
            return None
        if re.fullmatch(rf"(?:the|this|that) {DOCUMENT}", target, re.IGNORECASE):
            return LibraryQuestion(Wants.SUMMARY, points_back=True)
        return LibraryQuestion(Wants.SUMMARY, reference=bare(target), limit=limit)

    return read


def _sentences(text: str) -> int | None:
    """How many sentences a summary is to have, where that is said."""
    found = _LENGTH.search(text)
    return (_NUMBERS.get(found[1].lower()) or int(found[1])) if found else None


_LENGTH = re.compile(
    r"\b(?:in|to) (?:about |at most |max(?:imum)? )?(\d{1,2}|" + "|".join(_NUMBERS) + r") (?:\w+ )?"
    r"(?:sentences?|lines?|bullets?|points?)\b",
    re.IGNORECASE,
)


def _people(wants: Wants) -> _Read:
    def read(found: re.Match[str], today: date) -> LibraryQuestion | None:
        tail = found.groupdict().get("tail") or ""
        filters = read_filters(tail, today)
        needs_here = found.groupdict().get("open") is not None and not filters.is_here
        return None if filters.rest or needs_here else _filtered(wants, {}, filters)

    return read


_SOURCES = (
    (rf"{_SHOW} {_ALL}{_COUNT}(?:{_EXTREME} )?{_ALL}{_LANGUAGE}(?:{PLURAL}|every (?P<single>{DOCUMENT}))"
     rf"(?P<tail>.*)", _many(Wants.LIST)),
    (rf"{_SHOW} {_ALL}(?:titles|authors and titles|titles and authors)(?: only)?:?(?P<tail>.*)",
     _many(Wants.LIST)),
    (r"(?:titles only(?: please)?:? )?(?:everything|anything|all)(?: that)?(?: (?:you|we) have)?(?P<tail> (?:on|about|"
     r"by|from) .+)", _many(Wants.LIST, needs_filter=True)),
    (rf"(?:{_ALL}){_LANGUAGE}{_PLAIN}(?P<tail> .+)", _many(Wants.LIST, needs_filter=True)),
    (rf"(?:sort|order) {_ALL}{PLURAL}(?P<tail> .+)", _many(Wants.LIST, needs_filter=True)),
    (rf"(?:which|what) {_ALL}(?P<language>{LANGUAGES})?\s?{DOCUMENT}(?P<tail> .+)",
     _many(Wants.LIST, needs_filter=True)),
    (rf"in (?:which|what) {_ALL}{DOCUMENT} (?:is|are|does|do|can i (?:find|read about)) (?P<topic>.+?)"
     rf"(?: (?:mentioned|discussed|described|named|covered|treated|occur|appear|come up|come in))",
     _many(Wants.LIST)),
    (rf"where (?:is|are) (?P<topic>.+?) (?:mentioned|discussed|written about)(?: in the {PLURAL})?",
     _many(Wants.LIST)),
    (rf"what(?: else)?(?: do| does| have| has)? (?:you|we|the {LIBRARY}) (?:got|have|hold|contain)"
     rf"(?: on file)?(?P<tail> (?:on|about|by|from) .+)", _many(Wants.LIST, needs_filter=True)),
    (rf"what {_IS}(?: there)?(?: to read)? (?:in|inside) (?:the|your|this|our) {LIBRARY}", _many(Wants.LIST)),
    (rf"what (?:does|do) (?:the|your|this|our) {LIBRARY} (?:have|hold|contain|include|cover)",
     _many(Wants.LIST)),
    (rf"what {_IS} there to read(?P<tail>.*)", _many(Wants.LIST)),
    (rf"what {_ALL}(?:can i|can we|could i|may i) read(?: here)?(?P<tail>.*)", _many(Wants.LIST)),
    (rf"(?:(?:give|show)(?: me| us)? )?(?:an? |the )?(?:overview|list|index|contents?) (?:of|in) (?:the|your|this|our) "
     rf"{LIBRARY}", _many(Wants.LIST)),
    # How many.
    (rf"how many {_ALL}{_LANGUAGE}{PLURAL}(?P<tail> .+)", _many(Wants.COUNT, needs_filter=True)),
    (rf"(?:what {_IS} )?(?:the )?(?:total )?number of {_ALL}{_LANGUAGE}{PLURAL}(?P<tail> .+)",
     _many(Wants.COUNT, needs_filter=True)),
    (rf"how (?:big|large) is (?:the|your|this|our) {LIBRARY}", _many(Wants.COUNT)),
    (rf"(?:the )?size of (?:the|your|this|our) {LIBRARY}", _many(Wants.COUNT)),
    # Whether there is any.
    (rf"(?:do|does|have|has) (?:you|we|the {LIBRARY}) (?:(?:have|got|hold|contain|include|know) )?(?:of )?"
     rf"(?:anything|something|(?:an?|any|some|other|more|another|one)?(?: other| more)?\s?"
     rf"(?P<language>{LANGUAGES})?\s?{DOCUMENT})(?P<tail> .+)", _many(Wants.HAS, needs_filter=True)),
    (rf"(?:is|are) there (?:(?:an?|any|some|another|other|more)(?: other| more)? )?(?P<language>{LANGUAGES})?\s?"
     rf"{DOCUMENT}(?P<tail> .+)", _many(Wants.HAS, needs_filter=True)),
    (rf"(?:is there )?any(?:thing)?(?: other| more)?\s?(?:{PLURAL})(?P<tail> .+)",
     _many(Wants.HAS, needs_filter=True)),
    (rf"(?:is there )?(?:anything|something)(?P<tail> (?:on|about) .+ (?:in (?:the|your) {LIBRARY}|in here|on "
     rf"file))", _many(Wants.HAS, needs_filter=True)),
    (rf"(?:if |whether )?(?:does|do)?\s?any (?:of (?:the|your) )?{DOCUMENT}(?P<tail> (?:{SPEAKS_S}|{SPEAKS}) "
     rf".+)", _many(Wants.HAS, needs_filter=True)),
    (rf"(?:do|have) (?:you|we) (?:have|got)(?: got)? (?:the|an?) (?P<topic>.*?\b{DOCUMENT}\b.*?) (?:on file|in (?:the|"
     rf"your|our) {LIBRARY}|in here|here)", _many(Wants.HAS)),
    # The newest, the longest.
    (rf"(?:(?:what|which) ?{_IS}? |{_SHOW} )?(?:the |your |our )?{_COUNT}{_EXTREME} "
     rf"(?:{PLURAL}|additions|entries)(?P<tail>.*)", _many(Wants.LIST)),
    (rf"(?:(?:what|which) ?{_IS}? |{_SHOW} )?(?:the |your |our )?{_EXTREME} "
     rf"(?P<single>{DOCUMENT}|addition|entry)(?P<tail>.*)", _many(Wants.LIST)),
    (rf"(?:which|what) {DOCUMENT} (?:is|are) (?:the )?{_EXTREME}(?P<single>)(?P<tail>.*)", _many(Wants.LIST)),
    (rf"(?:which|what) (?:is|are|of (?:the|your) {PLURAL} is) (?:the )?{_EXTREME}(?P<single>)(?P<tail>(?: of the "
     rf"{PLURAL})? in (?:the|your|our) {LIBRARY})", _many(Wants.LIST)),
    # What is new.
    (rf"(?:what(?: is|'s|s)?|is there|have you got|do you have)?\s?(?:anything |something )?new"
     rf"(?: (?:in|to) (?:the|your|our|this) {LIBRARY}| here)?(?: (?:on|about) (?P<topic>.+?))?"
     rf"(?:,? (?:since|from|after|as of|in) (?P<since>{STRETCH}))?", _new),
    (rf"(?:what|which {PLURAL})(?: {_IS}| has| have|'s)?(?: been)?(?: newly| recently| just)? (?:added|come in|"
     rf"uploaded|ingested)(?: (?:in|to) (?:the|your|our) {LIBRARY})?(?: recently| lately)?(?: (?:since|from|after|in|during"
     rf"|on) )?\s?(?P<since>{STRETCH})?", _new),
    (rf"new {PLURAL}(?: (?:in|to) (?:the|your|our) {LIBRARY})?(?: (?:on|about) (?P<topic>.+?))?(?: since "
     rf"(?P<since>{STRETCH}))?", _new),
    # Who is in it.
    (rf"(?:{_SHOW} {_ALL}|which |what )authors(?P<tail>.*)", _people(Wants.AUTHORS)),
    (r"(?P<open>who (?:are|wrote)) (?:all )?(?:the |your )?authors?(?P<tail>.*)", _people(Wants.AUTHORS)),
    (r"how many (?:different )?authors(?P<open>)(?P<tail>.*)", _people(Wants.AUTHORS)),
    (rf"who (?:wrote|has written|writes) (?:all )?(?:the |your |these |those )?{_PLAIN}(?P<tail>.*)",
     _people(Wants.AUTHORS)),
    (rf"(?:{_SHOW} {_ALL}|which |what )(?:publishers|publications|outlets)(?P<open>)(?P<tail> .+)",
     _people(Wants.PUBLISHERS)),
    (rf"{_SHOW} {_ALL}publishers(?P<tail>.*)", _people(Wants.PUBLISHERS)),
    (rf"(?:from )?where (?:do|are) (?:all )?(?:the|your|these) {_PLAIN} (?:come )?(?:from|published)?(?P<tail>.*)",
     _people(Wants.PUBLISHERS)),
    (rf"who published (?:all )?(?:the |your |these ){_PLAIN}(?P<tail>.*)", _people(Wants.PUBLISHERS)),
    # Of one document.
    (rf"who(?: {_IS}|{_IS}| has)? (?:wrote|authored|written|the (?:author|authors|writer|writers|editor) of) "
     rf"{_ONE}", _one(Wants.AUTHOR)),
    (rf"(?:(?:what {_IS} )?the )?(?:names? of the )?(?:author|authors|byline) of {_ONE}", _one(Wants.AUTHOR)),
    (rf"by whom (?:is|was) {_ONE}(?: (?:written|authored))?", _one(Wants.AUTHOR)),
    (rf"who (?:is|was) {_ONE} (?:written |authored )?by", _one(Wants.AUTHOR)),
    (rf"when (?:was|were|did|is) {_ONE} (?:first )?(?:get )?(?:published|written|released|issued|dated|come out|"
     rf"appear|posted|from)", _one(Wants.DATE)),
    (rf"(?:what {_IS} )?(?:the )?(?:publication |publishing )?date (?:of publication )?(?:of|for|on) {_ONE}",
     _one(Wants.DATE)),
    (rf"how (?:old|recent|new|current|up to date) is {_ONE}", _one(Wants.DATE)),
    (rf"(?:from )?(?:what|which) (?:date|day|year|month) (?:is|was) {_ONE}(?: (?:from|published|written|of))*",
     _one(Wants.DATE)),
    (rf"where (?:was|did|does) {_ONE} (?:published|appear|come (?:out|from)|released)", _one(Wants.PUBLISHER)),
    (rf"which (?:newspaper|magazine|journal|publisher|outlet|publication) (?:published|printed|ran|put out|"
     rf"released|issued) {_ONE}", _one(Wants.PUBLISHER)),
    (r"who (?:published|put out) (?P<document>(?:the|this|that) (?:\S+ )*?(?:article|piece|document)\b.*)",
     _one(Wants.PUBLISHER)),
    (rf"(?:in )?(?:which|what) (?:newspaper|magazine|journal|outlet|publication) (?:did|was|is) {_ONE} (?:run|appear|"
     rf"appeared|published|come out)(?: in)?", _one(Wants.PUBLISHER)),
    (rf"(?:(?:what|who) {_IS} )?(?:the )?(?:publisher|link|url|web address) (?:of|to|for) {_ONE}",
     _one(Wants.PUBLISHER)),
    (rf"how long is {_ONE}", _one(Wants.LENGTH)),
    (rf"how many (?:words|pages|characters|sentences|minutes)(?: long)? (?:does|is|has|are in|would it take to read|"
     rf"does it take to read) {_ONE}(?: (?:have|contain|take|long))?(?: to read)?", _one(Wants.LENGTH)),
    (rf"(?:(?:what {_IS} )?the )?(?:length|word count|size) of {_ONE}", _one(Wants.LENGTH)),
    (rf"(?:in )?(?:which|what) language is {_ONE}(?: written)?(?: in)?", _one(Wants.LANGUAGE)),
    (rf"is {_ONE} in {LANGUAGES}(?: or (?:in )?{LANGUAGES})?", _one(Wants.LANGUAGE)),
    # Summaries.
    (rf"(?:summari[sz]e|sum up|recap|tl;? ?dr:?|summary:?|overview:?)(?: for me)? (?!of )(?P<target>.+?){_SHORT}",
     _summary(of_anything=True)),
    (rf"(?:brief (?:me|us) on|walk (?:me|us) through) (?P<target>.+?){_SHORT}", _summary(of_anything=True)),
    (rf"(?:boil down|condense|outline|abridge) (?:the arguments of )?(?P<target>.+?){_SHORT}",
     _summary(of_anything=False)),
    (rf"(?:(?:give|write|make|prepare|show|have)(?: me| us)? )?(?:an? |the )?(?:(?:short|brief|quick|executive|concise|"
     rf"good|general) )*{_SUMMARY} (?:of|for|on|about) (?P<target>.+?){_SHORT}", _summary(of_anything=True)),
    (rf"(?:(?:give|tell|show)(?: me| us)? )?(?:what(?: {_IS}|{_IS}) )?(?:the )?{_POINTS} (?:of|in|from) "
     rf"(?P<target>.+?){_SHORT}", _summary(of_anything=False)),
    (rf"what(?: {_IS}|{_IS}) (?P<target>.+?) (?:all )?about(?: in general| overall)?{_SHORT}",
     _summary(of_anything=False)),
    (rf"what (?:does|do) (?P<target>.+?) (?:say|argue|claim|conclude|deal with|cover|contain)(?: in general| overall|"
     rf" broadly)?{_SHORT}", _summary(of_anything=False)),
    (r"(?P<target>.+?) (?:in (?:a few|two|three|four|five|\d+) (?:sentences|words|lines|bullet points)|in short|in a "
     r"nutshell|in brief)", _summary(of_anything=False)),
)  # fmt: skip
_SHAPES = tuple((re.compile(pattern, re.IGNORECASE), read) for pattern, read in _SOURCES)
