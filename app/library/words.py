"""The words by which people speak of a library, as parts of patterns (lower case, plain signs)."""

from __future__ import annotations

DOCUMENT = (
    r"(?:documents?|docs?|articles?|papers?|reports?|sources?|texts?|pieces?|notes?|files?|items?|"
    r"stud(?:y|ies)|publications?|white ?papers?|brief(?:ing)?s?|stor(?:y|ies)|case stud(?:y|ies)|"
    r"essays?|memos?|transcripts?|interviews?|titles?|pdfs?|hand ?books?|cases?|judge?ments?)"
)
PLURAL = (
    r"(?:documents|docs|articles|papers|reports|sources|texts|pieces|notes|files|items|studies|"
    r"publications|white ?papers|briefs|briefings|stories|case studies|essays|memos|transcripts|"
    r"interviews|titles|pdfs)"
)
LIBRARY = r"(?:library|collection|corpus|archive|index|database|knowledge base|catalogu?e)"
HERE = (
    rf"(?:(?:in|of|from) (?:the|your|this|our) {LIBRARY}|here|in here|in there|on file|available|"
    r"(?:that |which )?(?:you|we|it) (?:have|hold|know|can (?:search|read|use))|at hand|in total|"
    r"(?:al)?together|altogether|so far|now|currently|right now|yet|to read|(?:do )?exist|"
    r"of (?:all )?(?:the|your|these|our) (?:documents|articles|sources|texts)|"
    r"(?:are|is) there|there (?:are|is)|have (?:you|we) (?:got|read)|"
    r"do (?:you|we) (?:have|hold|know|keep|use|search|read|consult|cover|draw on)|"
    rf"does the {LIBRARY} (?:have|hold|contain)|can (?:you|i|we) (?:search|read|use)|are here|"
    r"are available|at all|please|pls|for me|in it)"
)
SPEAKS = (
    r"(?:mention|discuss|cover|concern|treat|name|contain|describe|feature|include|address|"
    r"talk about|speak of|speak about|deal with|write about|refer to|tell (?:me |us )?about|"
    r"say (?:something|anything) (?:about|on)|have (?:something|anything) (?:about|on)|"
    r"touch on|report on|look at)"
)
SPEAKS_S = (
    r"(?:mentions|discusses|covers|concerns|treats|names|contains|describes|features|includes|"
    r"addresses|talks about|speaks of|speaks about|deals with|writes about|refers to|tells about|"
    r"says (?:something|anything) (?:about|on)|has (?:something|anything) (?:about|on)|touches on|"
    r"reports on|looks at|is about|is on)"
)
ABOUT = (
    rf"(?:about|on|regarding|concerning|covering|discussing|mentioning|naming|describing|"
    rf"(?:on|about) the (?:subject|topic) of|(?:on|for) the name|dealing with|"
    rf"(?:related|relating|referring|devoted) to|(?:that|which) (?:{SPEAKS_S}|{SPEAKS}|are about|"
    rf"are on)|with (?:something|anything) (?:on|about))"
)
BY = (
    r"(?:(?:that (?:was|were|is|are) )?(?:written|authored|published|put out|issued|released|made) "
    r"by|by|(?:that )?(?:come|comes|coming|stem|stems) from|from)"
)
LANGUAGES = (
    r"(?:english|german|french|spanish|italian|dutch|portuguese|polish|swedish|danish|norwegian|"
    r"finnish|czech|chinese|japanese|russian)"
)
