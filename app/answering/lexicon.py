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

SYNONYMS = (
    "acquire buy purchase takeover",
    "alliance partner collaborate cooperate team",
    "partner alliance deal agreement pact venture relation relationship merger tie-up",
    "deal agreement pact contract accord",
    "merge combine join unite tie-up",
    "worry concern fear scare afraid threat threaten",
    "aim goal objective target purpose",
    "benefit advantage gain value",
    "barrier obstacle hurdle challenge impediment difficulty",
    "begin start launch commence open",
    "end stop terminate cease dissolve disband close",
    "complete close finish finalize conclude",
    "cost expense price",
    "earn revenue sale turnover income",
    "company firm business corporation enterprise",
    "employee worker staff workforce",
    "customer client consumer patron user",
    "vendor supplier manufacturer provider",
    "doctor physician clinician",
    "insurer insurance payer",
    "pharmacy drugstore pharmaceutical drug",
    "hospital clinic",
    "leader executive chief head boss ceo",
    "rival competitor compete contend",
    "invest fund finance",
    "share stake equity",
    "improve enhance boost better strengthen",
    "reduce cut lower decrease shrink",
    "increase raise grow rise expand",
    "allow enable let permit help",
    "need require must necessity necessary",
    "create build develop establish found form set",
    "announce reveal unveil disclose",
    "succeed success successful",
    "fail failure collapse end",
    "talk speak interview converse discuss conversation",
    "move transition shift migrate transfer switch",
    "join team collaborate",
    "role position title job",
    "think believe feel opinion",
    "recommend advise suggest",
    "predict forecast expect anticipate foresee",
    "last run length duration term",
    "important essential critical crucial vital key",
    "quick fast speed rapid accelerate",
    "study survey research report poll",
    "percent share fraction proportion",
)
"""Words that answer for one another when one asks about partnerships."""

GENERIC_NAMES = frozenset(
    """
    ceo cfo cio cto coo chairman president director professor dr mr ms mrs ai it hr r&d esg kpi b2b
    us u.s uk u.k eu usa american european january february march april may june july august
    september october november december jan feb mar apr jun jul aug sep sept oct nov dec monday
    tuesday wednesday thursday friday saturday sunday covid q1 q2 q3 q4 inc corp co ltd llc plc
    """.split()
)
"""Written with a capital, but the name of no one who could be an answer to "which companies"."""

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

LIGHT_VERBS = frozenset(
    """
    run runs running ran go goes going went come comes came look looks looking want wants wanted
    appear appears appeared involve involves involved include includes included get gets got take
    takes took make makes made become becomes became use uses used mean means meant work works
    worked happen happens happened try tries tried concern concerns cover covers covered publish
    publishes published exist exists existed seem seems seemed consider considers considered
    supposed suppose carry carries carried consist consists consisted picture pictures pictured
    roughly approximately nearly almost article articles source sources document documents text
    texts author authors named thing things way ways kind kinds sort sorts part parts people person
    amount size number numbers currently now today exactly specific specifically particular various
    different
    """.split()
)
"""Say little of what is asked."""

DECISIVE = frozenset(
    """
    revenue turnover profit profits earnings sales price salary fee fees dividend valuation
    headquarters address phone lawsuit sue sued court judge ruling fine fined penalty cancel
    cancelled canceled cancels terminate terminated terminates end ended ends dissolve dissolved
    abandon abandoned reject rejected block blocked resign resigned retire retired fire fired laid
    bankrupt bankruptcy delay delayed divest divested spin sold sell selling withdraw withdrew law
    lawyer lawyers firm adviser advisers advisor advisors advised bank banks auditor
    """.split()
)
"""Asked for, these are the point of the question: evidence without them answers another."""

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

CONNECTIVES = frozenset(
    """
    but however yet still even though although nevertheless instead rather thus therefore hence
    consequently because so
    then previously before today now meanwhile for in as
    """.split()
)
"""Open a sentence that goes on from the one before it."""
