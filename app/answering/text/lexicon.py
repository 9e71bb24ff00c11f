"""What English words tell about a question: function words, irregular forms, families.

Our own lists, kept small and general: closed classes (pronouns, auxiliaries), irregular verbs, and
the vocabulary in which people speak of partnerships. Nothing here names a company or a document.
"""

from __future__ import annotations

FUNCTION_WORDS = frozenset(
    """
    a an the this that these those there here it its itself he him his himself she her hers herself
    they them their theirs themselves we us our ours ourselves i me my mine myself you your yours
    yourself one ones
    and or but nor so yet if then than as at by for from in into of off on onto out over per to
    toward towards under up upon via with within without about above across after against along
    among around before behind below beneath beside besides between beyond during except inside like
    near since through throughout till until while
    is am are was were be been being do does did doing done have has had having will would shall
    should can could may might must not no
    who whom whose which what when where why how whether
    also just only even still already ever very too much many more most less least such same other
    others another any some all both each every either neither own again once quite rather really
    can't cannot isnt arent wasnt werent dont doesnt didnt hasnt havent hadnt wont wouldnt couldnt
    shouldnt cant im youre theyre
    someone somebody something anyone anybody anything everyone everybody everything nobody nothing
    whoever whatever
    mr mrs ms dr
    please tell know say says said saying tells told mention mentions mentioned describe describes
    described explain explains explained according give gives given name names list
    """.split()
)
"""Words that carry no subject of their own; also verbs by which one refers to a source."""

ANAPHORS = frozenset(
    """
    it its they them their theirs he him his she her hers this that these those there one ones such
    former latter
    """.split()
)
"""Words that point back at something said before."""

POINTERS = frozenset("it its they them their he him his she her this these that those such".split())
"""Opening a sentence, they stand for something that the sentence before names."""

SHELLS = frozenset(
    """
    arrangement approach effort process move change step measure method practice infrastructure
    system scheme programme program project initiative set-up setup shift solution strategy result
    """.split()
)
"""Nouns that stand for what was just told where they open a sentence: "The effort"."""

PREPOSITIONS = frozenset(
    "in on at by for from to with of since until under about through after before during".split()
)
"""May stand before one of those: "In that year"."""

IRREGULAR = {
    form: base
    for base, forms in {
        "arise": "arose arisen",
        "become": "became",
        "begin": "began begun",
        "bind": "bound",
        "bring": "brought",
        "build": "built",
        "buy": "bought",
        "choose": "chose chosen choice",
        "come": "came",
        "cut": "cutting",
        "decide": "decision decisions",
        "deal": "dealt",
        "draw": "drew drawn",
        "drive": "drove driven",
        "fall": "fell fallen",
        "feel": "felt",
        "fight": "fought",
        "forbid": "forbade forbidden",
        "forecast": "forecasted",
        "freeze": "froze frozen",
        "get": "got gotten",
        "give": "gave given",
        "go": "went gone goes",
        "grow": "grew grown growth",
        "hear": "heard",
        "hold": "held",
        "know": "knew known",
        "keep": "kept",
        "lead": "led",
        "leave": "left",
        "lend": "lent",
        "lose": "lost loss losses",
        "make": "made",
        "mean": "meant",
        "meet": "met",
        "pay": "paid payment payments",
        "repay": "repaid repayment repayments",
        "rise": "rose risen",
        "run": "ran",
        "see": "saw seen",
        "seek": "sought",
        "sell": "sold sale sales",
        "send": "sent",
        "show": "shown showed",
        "shrink": "shrank shrunk",
        "speak": "spoke spoken",
        "spend": "spent",
        "stand": "stood",
        "strike": "struck",
        "take": "took taken",
        "teach": "taught",
        "think": "thought",
        "understand": "understood",
        "win": "won",
        "withdraw": "withdrew withdrawn",
        "write": "wrote written",
        "acquire": "acquisition acquisitions",
        "produce": "production",
        "expand": "expansion",
        "grow_": "",
        "die": "death",
        "merge": "merger mergers merging",
        "analyze": "analyse analysed analysing analysis",
        "percent": "% percentage",
        "people": "person persons",
        "man": "men",
        "woman": "women",
        "child": "children",
        "tech": "technology technologies technological",
        "us": "u.s usa",
        "uk": "u.k",
        "eu": "e.u",
    }.items()
    for form in forms.split()
}
"""Inflected form -> base, where cutting endings off does not lead there."""

DERIVATIONAL_ENDINGS = (
    "ization",
    "isation",
    "ations",
    "ation",
    "ments",
    "ment",
    "ships",
    "ship",
    "ions",
    "ion",
    "ities",
    "ity",
    "ness",
    "ances",
    "ance",
    "ences",
    "ence",
    "ings",
    "ing",
    "ers",
    "er",
    "ors",
    "or",
    "als",
    "al",
    "ives",
    "ive",
    "ists",
    "ist",
    "ables",
    "able",
    "ibly",
    "ally",
    "ly",
    "ics",
    "ic",
)
"""Tried in this order on a stem; what is left must keep at least four letters."""

GENERIC_NAMES = frozenset(
    """
    ceo cfo cio cto coo chairman president director professor dr mr ms mrs ai it hr r&d esg kpi b2b
    us u.s uk u.k eu usa american european january february march april may june july august
    september october november december jan feb mar apr jun jul aug sep sept oct nov dec monday
    tuesday wednesday thursday friday saturday sunday covid q1 q2 q3 q4 inc corp co ltd llc plc
    """.split()
)
"""Written with a capital, but the name of no one who could be an answer to "which companies"."""

COURTESY_TITLES = frozenset(
    """
    mme mlle madame mademoiselle monsieur frau herr herrn sr sra srta señor señora señorita sig
    signor signora signore dhr mevr mevrouw meneer senhor senhora dona
    """.split()
)
"""Written before names in other languages, and left out or put otherwise in other sentences."""

PERSON_CUES = frozenset(
    """
    ceo cfo cio cto coo chairman chairwoman chair president director professor prof dr mr ms mrs sir
    officer executive founder editor author analyst spokesman spokeswoman spokesperson secretary
    minister senator leader head manager
    """.split()
)
"""A name right after one of these is a person's."""

SPEECH_VERBS = frozenset(
    """
    said says told explains explained notes noted adds added asserts predicts recalls writes
    """.split()
)
"""A name right before one of these is the one who speaks."""

NAMED_KINDS = frozenset(
    """
    partner partnership alliance deal merger acquisition agreement venture pact collaboration tie-up
    relationship company firm business corporation organization organisation startup brand
    institution agency group insurer retailer hospital provider vendor supplier manufacturer bank
    airline carmaker pharmacy university payer rival competitor customer client investor owner
    member regulator person people executive ceo leader founder country city market product
    """.split()
)
"""Things that have names of their own: a list of them is a list of names."""
