"""The shapes in which people ask about a library, and how each is read; the first that fits counts.

A pattern stands on one line where it can: cut in two it is harder to read than long.
"""

from __future__ import annotations

import re

from app.library.dates import STRETCH
from app.library.filters import EXTREMES
from app.library.question import Wants
from app.library.readings import (
    NUMBERS,
    Read,
    back,
    many,
    new,
    of_several,
    one,
    people,
    summary,
    summary_of_document,
    summary_of_everything,
    written_by,
)
from app.library.words import DOCUMENT, LANGUAGES, LIBRARY, PLURAL, SPEAKS, SPEAKS_S

_COUNT = r"(?:(?P<limit>\d{1,3}|" + "|".join(NUMBERS) + r") )?"
_EXTREME = r"(?P<extreme>" + "|".join(sorted(EXTREMES, key=len, reverse=True)) + r")"
_ALL = r"(?:(?:all|the|your|our|every|each|available|other|of|these|different|existing) )*"
_IS = r"(?:is|'s|s|are|'re|was|were)"
_SHOW = (
    r"(?:list|show|give|display|enumerate|print|name|get|find|send|see|browse)(?: me| us)?(?: up)?"
)
_AGE = r"(?: (?:newer|more recent|later|older|earlier|recent|new))?"
"""Of what is spoken of; all are told, the newest first."""
_LANGUAGE = rf"(?:(?P<language>{LANGUAGES}) )?"
_PLAIN = r"(?:documents|docs|articles|sources|texts)"
"""Words for documents that may open a request without a verb."""
_ONE = r"(?P<document>.+?)"
_SHORT = (
    r"(?: (?:in|to) (?:about |at most |max(?:imum)? )?(?:a few|an?|one|a single|two|three|four|five|six|ten|\d+) "
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

_SOURCES: tuple[tuple[str, Read], ...] = (
    (rf"{_SHOW} {_ALL}{_COUNT}(?:{_EXTREME} )?{_ALL}{_LANGUAGE}(?:{PLURAL}|every (?P<single>{DOCUMENT}))"
     rf"(?P<tail>.*)", many(Wants.LIST)),
    (rf"{_SHOW} {_ALL}(?:titles|authors and titles|titles and authors)(?: only)?:?(?P<tail>.*)",
     many(Wants.LIST)),
    (r"(?:titles only(?: please)?:? )?(?:(?:give|show|send|get)(?: me| us)? )?(?:everything|anything|all)(?: that)?(?: (?:you|we) have)?(?P<tail> (?:on|about|"
     r"by|from) (?!.*\b(?:they|he|she|it)\b).+)", many(Wants.LIST, needs_filter=True)),
    (r"(?:what|which (?:articles|papers|documents|texts))(?: else)?(?: has| have| did| does|'s) (?P<writer>(?-i:[A-Z])[\w.'-]*(?: [\w.'-]+){0,4}?)"
     r" (?:written|authored|published|write|author|publish)", written_by),
    (rf"(?:{_ALL}){_LANGUAGE}{_PLAIN}(?P<tail> .+)", many(Wants.LIST, needs_filter=True)),
    (rf"(?:sort|order) {_ALL}{PLURAL}(?P<tail> .+)", many(Wants.LIST, needs_filter=True)),
    (rf"(?:which|what) {_ALL}(?P<language>{LANGUAGES})?\s?{DOCUMENT}(?P<tail> .+)",
     many(Wants.LIST, needs_filter=True)),
    (rf"in (?:which|what) {_ALL}{DOCUMENT} (?:is|are|does|do|can i (?:find|read about)) (?P<topic>.+?)"
     rf"(?: (?:mentioned|discussed|described|named|covered|treated|occur|appear|come up|come in))",
     many(Wants.LIST)),
    (rf"where (?:is|are) (?P<topic>.+?) (?:mentioned|discussed|written about)(?: in the {PLURAL})?",
     many(Wants.LIST)),
    (rf"what(?: else)?(?: do| does| have| has)? (?:you|we|the {LIBRARY}) (?:got|have|hold|contain)"
     rf"(?: on file)?(?P<tail> (?:on|about|by|from) .+)", many(Wants.LIST, needs_filter=True)),
    (rf"what {_IS}(?: there)?(?: to read)? (?:in|inside) (?:the|your|this|our) {LIBRARY}", many(Wants.LIST)),
    (rf"(?:what|anything|something) ?{_IS}?(?: there)? (?:in|inside) (?:the|your|this|our) {LIBRARY}(?P<tail> (?:on|about|by|from) .+)",
     many(Wants.LIST, needs_filter=True)),
    (rf"what (?:does|do) (?:the|your|this|our) {LIBRARY} (?:have|hold|contain|include|cover)",
     many(Wants.LIST)),
    (rf"what {_IS} there to read(?P<tail>.*)", many(Wants.LIST)),
    (rf"what {_ALL}(?:can i|can we|could i|may i) read(?: here)?(?P<tail>.*)", many(Wants.LIST)),
    (rf"(?:(?:give|show)(?: me| us)? )?(?:an? |the )?(?:overview|list|index|contents?) (?:of|in) (?:the|your|this|our) "
     rf"{LIBRARY}", many(Wants.LIST)),
    (rf"{_PLAIN}", many(Wants.LIST)),
    (rf"what(?: else)?(?: do| have)? (?:you|we) (?:got|have)(?: (?:here|on file|for me|to read|in (?:the|your|our) {LIBRARY}))?",
     many(Wants.LIST)),
    (r"(?:(?:give|show|send|get|list)(?: me| us)? )(?:everything|anything|all)(?: that (?:was|is))?"
     r"(?P<tail> (?:published|written|dated|released|issued|since|from|in|before|after) .+)", many(Wants.LIST, needs_filter=True)),
    (rf"(?:what|which) (?:topics|subjects|themes|areas) (?:do|does|can) (?:you|we|it|the {LIBRARY}) (?:all )?(?:cover|deal with|"
     r"treat|have|know(?: about)?|hold|answer)(?: here)?", many(Wants.LIST)),
    (rf"what (?:are|is) (?:(?:all|the|your|our|these|those) )+(?:{_PLAIN}|{LIBRARY}) (?:all )?about", many(Wants.LIST)),
    (rf"(?:what|which) (?:topics|subjects|themes|areas) (?:is|are) (?:there|covered|available)(?: (?:here|in (?:the|your|our|this) (?:{LIBRARY}|{_PLAIN})|by (?:you|the {_PLAIN})))?", many(Wants.LIST)),
    (rf"(?:what|which) (?:topics|subjects|themes)(?: {_IS}| do| does) (?:most of )?(?:the |your |our )?(?:{_PLAIN}|{LIBRARY})(?: (?:cover|deal with|treat|about|on|have))?", many(Wants.LIST)),
    # How many.
    (rf"how many {_ALL}{_LANGUAGE}{PLURAL}(?P<tail> .+)", many(Wants.COUNT, needs_filter=True)),
    (rf"(?:what {_IS} )?(?:the )?(?:total )?number of {_ALL}{_LANGUAGE}{PLURAL}(?P<tail> .+)",
     many(Wants.COUNT, needs_filter=True)),
    (rf"how (?:big|large) is (?:the|your|this|our) {LIBRARY}", many(Wants.COUNT)),
    (rf"(?:the )?size of (?:the|your|this|our) {LIBRARY}", many(Wants.COUNT)),
    # Whether there is any.
    (rf"(?:do|does|have|has) (?:you|we|the {LIBRARY}) (?:(?:have|got|hold|contain|include|know) )?(?:of )?"
     rf"(?:anything|something|(?:an?|any|some|other|more|another|one)?(?: other| more)?{_AGE}\s?"
     rf"(?P<language>{LANGUAGES})?\s?{DOCUMENT})(?P<tail> .+)", many(Wants.HAS, needs_filter=True)),
    (rf"(?:is|are) there (?:(?:an?|any|some|another|other|more)(?: other| more)?{_AGE} )?(?P<language>{LANGUAGES})?\s?"
     rf"{DOCUMENT}(?P<tail> .+)", many(Wants.HAS, needs_filter=True)),
    (rf"(?:is there )?any(?:thing)?(?: other| more)?\s?(?:{PLURAL})(?P<tail> .+)",
     many(Wants.HAS, needs_filter=True)),
    (rf"(?:is there )?(?:anything|something)(?P<tail> (?:on|about) .+ (?:in (?:the|your) {LIBRARY}|in here|on "
     rf"file))", many(Wants.HAS, needs_filter=True)),
    (r"(?:is there |have you got |do you have )?(?:anything|something)(?P<tail> (?:published|written|dated|released|issued) .+)",
     many(Wants.HAS, needs_filter=True)),
    (rf"(?:if |whether )?(?:does|do)?\s?any (?:of (?:the|your) )?{DOCUMENT}(?P<tail> (?:{SPEAKS_S}|{SPEAKS}) "
     rf".+)", many(Wants.HAS, needs_filter=True)),
    (rf"(?:do|have) (?:you|we) (?:have|got)(?: got)? (?:the|an?) (?P<topic>.*?\b{DOCUMENT}\b.*?) (?:on file|in (?:the|"
     rf"your|our) {LIBRARY}|in here|here)", many(Wants.HAS)),
    (r"(?:is|are) there (?:anything|something|more|much)(?: else| newer| more recent| later| older| earlier)?(?P<tail> (?:on|about) (?-i:[A-Z])[\w&.' -]{1,40})", many(Wants.HAS, needs_filter=True)),
    # The newest, the longest.
    (rf"(?:(?:what|which) ?{_IS}? |{_SHOW} )?(?:the |your |our )?{_COUNT}{_EXTREME} "
     rf"(?:{PLURAL}|additions|entries)(?P<tail>.*)", many(Wants.LIST)),
    (rf"(?:(?:what|which) ?{_IS}? |{_SHOW} )?(?:the |your |our )?{_EXTREME} "
     rf"(?P<single>{DOCUMENT}|addition|entry)(?P<tail>.*)", many(Wants.LIST)),
    (rf"(?:which|what) {DOCUMENT} (?:is|are) (?:the )?{_EXTREME}(?P<single>)(?P<tail>.*)", many(Wants.LIST)),
    (rf"(?:which|what) (?:is|are|of (?:the|your) {PLURAL} is) (?:the )?{_EXTREME}(?P<single>)(?P<tail>(?: of the "
     rf"{PLURAL})? in (?:the|your|our) {LIBRARY})", many(Wants.LIST)),
    (rf"(?:which|what)(?: one)? of {_ALL}{PLURAL} (?:is|are|was|were) (?:the )?{_EXTREME}(?P<single>)(?P<tail>.*)",
     many(Wants.LIST)),
    (rf"(?:how (?:recent|new|old|up to date) is|when was) (?:the |your |our )?{_EXTREME} (?P<single>{DOCUMENT})(?: (?:published|written|from))?(?P<tail>.*)", many(Wants.LIST)),
    (rf"how (?:old|recent|new|current|up to date) are (?:all )?(?:of )?(?:the |your |our |these )?{_PLAIN}(?P<tail>)",
     many(Wants.LIST)),
    # What is new.
    (rf"(?:what(?: is|'s|s)?|is there|have you got|do you have)?\s?(?:anything |something )?new"
     rf"(?: (?:in|to) (?:the|your|our|this) {LIBRARY}| here)?(?: (?:on|about) (?P<topic>.+?))?"
     rf"(?:,? (?:since|from|after|as of|in) (?P<since>{STRETCH}))?", new),
    (rf"(?:what|which {PLURAL})(?: {_IS}| has| have|'s)?(?: been)?(?: newly| recently| just)? (?:added|come in|"
     rf"uploaded|ingested)(?: (?:in|to) (?:the|your|our) {LIBRARY})?(?: recently| lately)?(?: (?:since|from|after|in|during"
     rf"|on) )?\s?(?P<since>{STRETCH})?", new),
    (rf"new {PLURAL}(?: (?:in|to) (?:the|your|our) {LIBRARY})?(?: (?:on|about) (?P<topic>.+?))?(?: since "
     rf"(?P<since>{STRETCH}))?", new),
    # Who is in it.
    (rf"(?:{_SHOW} {_ALL}|which |what )authors(?P<tail>.*)", people(Wants.AUTHORS)),
    (r"(?P<open>who (?:are|wrote)) (?:all )?(?:the |your )?authors?(?P<tail>.*)", people(Wants.AUTHORS)),
    (r"how many (?:different )?authors(?P<open>)(?P<tail>.*)", people(Wants.AUTHORS)),
    (rf"who (?:wrote|has written|writes) (?:all )?(?:the |your |these |those )?{_PLAIN}(?P<tail>.*)",
     people(Wants.AUTHORS)),
    (rf"(?:{_SHOW} {_ALL}|which |what )(?:publishers|publications|outlets)(?P<open>)(?P<tail> .+)",
     people(Wants.PUBLISHERS)),
    (rf"{_SHOW} {_ALL}publishers(?P<tail>.*)", people(Wants.PUBLISHERS)),
    (rf"(?:from )?where (?:do|are) (?:all )?(?:the|your|these) {_PLAIN} (?:come )?(?:from|published)?(?P<tail>.*)",
     people(Wants.PUBLISHERS)),
    (rf"who (?:published|publishes) (?:all )?(?:of )?(?:the |your |these ){_PLAIN}(?P<tail>.*)", people(Wants.PUBLISHERS)),
    # Of one document.
    (rf"who(?: {_IS}|{_IS}| has)? (?:wrote|authored|written|the (?:author|authors|writer|writers|editor) of) "
     rf"{_ONE}", one(Wants.AUTHOR)),
    (rf"(?:(?:what {_IS} )?the )?(?:names? of the )?(?:author|authors|byline) of {_ONE}", one(Wants.AUTHOR)),
    (rf"by whom (?:is|was) {_ONE}(?: (?:written|authored))?", one(Wants.AUTHOR)),
    (rf"who (?:is|was) {_ONE} (?:written |authored )?by", one(Wants.AUTHOR)),
    (rf"when (?:was|were|did|is) {_ONE} (?:first )?(?:get )?(?:published|written|released|issued|dated|come out|"
     rf"appear|posted|from)", one(Wants.DATE)),
    (rf"(?:what {_IS} )?(?:the )?(?:publication |publishing )?date (?:of publication )?(?:of|for|on) {_ONE}",
     one(Wants.DATE)),
    (rf"how (?:old|recent|new|current|up to date) is {_ONE}", one(Wants.DATE)),
    (rf"(?:from )?(?:what|which) (?:date|day|year|month) (?:is|was) {_ONE}(?: (?:from|published|written|of))*",
     one(Wants.DATE)),
    (rf"where (?:was|did|does) {_ONE} (?:published|appear|come (?:out|from)|released)", one(Wants.PUBLISHER)),
    (rf"which (?:newspaper|magazine|journal|publisher|outlet|publication) (?:published|printed|ran|put out|"
     rf"released|issued) {_ONE}", one(Wants.PUBLISHER)),
    (rf"who (?:published|put out) (?P<document>(?:the|this|that) (?:\S+ )*?{DOCUMENT}\b.*)",
     one(Wants.PUBLISHER)),
    (rf"(?:in )?(?:which|what) (?:newspaper|magazine|journal|outlet|publication) (?:did|was|is) {_ONE} (?:run|appear|"
     rf"appeared|published|come out)(?: in)?", one(Wants.PUBLISHER)),
    (rf"(?:(?:what|who) {_IS} )?(?:the )?(?:publisher|link|url|web address) (?:of|to|for) {_ONE}",
     one(Wants.PUBLISHER)),
    (rf"how long is {_ONE}", one(Wants.LENGTH)),
    (rf"how many (?:words|pages|characters|sentences|minutes)(?: long)? (?:does|is|has|are in|would it take to read|"
     rf"does it take to read) {_ONE}(?: (?:have|contain|take|long))?(?: to read)?", one(Wants.LENGTH)),
    (rf"(?:(?:what {_IS} )?the )?(?:length|word count|size) of {_ONE}", one(Wants.LENGTH)),
    (rf"(?:in )?(?:which|what) language is {_ONE}(?: written)?(?: in)?", one(Wants.LANGUAGE)),
    (rf"is {_ONE} in {LANGUAGES}(?: or (?:in )?{LANGUAGES})?", one(Wants.LANGUAGE)),
    (rf"(?:what {_IS} )?(?:the )?(?:full |exact )?title of {_ONE}", one(Wants.TITLE)),
    (rf"(?:what(?: {_IS}|{_IS})|how {_IS}) {_ONE} (?:called|titled)", one(Wants.TITLE)),
    # Summaries.
    (rf"(?:compare|contrast|(?:what {_IS} )?(?:the )?differences? between) (?:the )?(?:two|three|both) (?P<target>.*\b(?:{PLURAL})\b.*)", of_several),
    (r"(?:tl;? ?dr|summari[sz]e(?: it| this| that)?|sum (?:it |this |that )?up|(?:an? )?(?:short |brief )?(?:summary|overview))", back),
    (rf"what (?:do|does) (?:all )?(?:the|your|our|these) (?:{_PLAIN}|{LIBRARY}) (?:say|tell us|report|write|contain|have)(?: to say)? (?P<target>(?:about|on|regarding) .+?){_SHORT}", summary_of_everything),
    (rf"(?:tell me|talk) (?P<target>about .+?){_SHORT}", summary_of_document),
    (rf"(?:summari[sz]e|sum up|recap|tl;? ?dr:?|summary:?|overview:?)(?: for me)? (?!of )(?P<target>.+?){_SHORT}",
     summary(of_anything=True)),
    (rf"(?:brief (?:me|us) on|walk (?:me|us) through) (?P<target>.+?){_SHORT}", summary(of_anything=True)),
    (rf"(?:boil down|condense|outline|abridge) (?:the arguments of )?(?P<target>.+?){_SHORT}",
     summary(of_anything=False)),
    (rf"(?:(?:give|write|make|prepare|show|have)(?: me| us)? )?(?:an? |the )?(?:(?:short|brief|quick|executive|concise|"
     rf"good|general) )*{_SUMMARY} (?:of|for|on|about) (?P<target>.+?){_SHORT}", summary(of_anything=True)),
    (rf"(?:(?:give|tell|show)(?: me| us)? )?(?:what(?: {_IS}|{_IS}) )?(?:the )?{_POINTS} (?:of|in|from) "
     rf"(?P<target>.+?){_SHORT}", summary(of_anything=False)),
    (rf"what(?: {_IS}|{_IS}) (?P<target>.+?) (?:all )?about(?: in general| overall)?{_SHORT}",
     summary(of_anything=False)),
    (rf"what (?:does|do) (?P<target>.+?) (?:say|argue|claim|conclude|deal with|cover|contain)(?: in general| overall|"
     rf" broadly)?{_SHORT}", summary(of_anything=False)),
    (r"(?P<target>.+?) (?:in (?:a few|two|three|four|five|\d+) (?:sentences|words|lines|bullet points)|in short|in a "
     r"nutshell|in brief)", summary(of_anything=False)),
)  # fmt: skip
SHAPES = tuple((re.compile(pattern, re.IGNORECASE), read) for pattern, read in _SOURCES)
