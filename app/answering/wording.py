"""Which words may stand for one another in a claim, which turn it, and which say what may be.

Our own lists of general English. Those of `lexicon` relate what is asked to what is told, loosely;
these say whether a sentence in other words still says the same.
"""

from __future__ import annotations

from app.answering.terms import key_of

EQUIVALENTS = (
    "acquire buy purchase takeover",
    "clear clearance",
    "merge merger combine combination",
    "complete close finish finalize conclude closing",
    "announce reveal unveil disclose present introduce publish release",
    "say state report note tell explain mention declare",
    "begin start launch open commence",
    "end stop terminate cease close wind-down",
    "close closure",
    "found establish form create set-up formation founding date",
    "cost price worth value payment pay",
    "value put estimate",
    "pay payment receive give",
    "get receive obtain gain given bring",
    "give provide grant supply",
    "total sum amount",
    "company firm business corporation",
    "employee worker staff workforce people",
    "employ employee",
    "shop store outlet",
    "client customer consumer",
    "physician doctor",
    "share stake shareholding holding",
    "shareholder holder owner",
    "hold own have possess held",
    "increase rise raise grow climb",
    "reduce decrease lower cut shrink decline fall drop",
    "approve approval clear authorize accept agree",
    "allow permit let clear",
    "require need must demand condition",
    "condition requirement term",
    "oppose opposition object",
    "warn warning caution",
    "argue contend maintain claim",
    "lead head run direct",
    "chief head lead",
    "name call appoint title become term",
    "join enter",
    "leave quit exit departure depart withdraw",
    "leave exclude omit",
    "include contain comprise among consist",
    "build make produce manufacture",
    "contribute bring provide contribution supply",
    "use employ apply",
    "work cooperate collaborate",
    "partnership alliance collaboration cooperation",
    "deal transaction agreement accord pact",
    "agreement contract deal",
    "deal merger acquisition takeover",
    "transaction merger acquisition",
    "merger combination",
    "aim goal purpose objective target intend",
    "plan intend",
    "hope want wish",
    "last run duration",
    "move shift transfer migrate migration",
    "return repay give back",
    "reach achieve attain meet",
    "show reveal display demonstrate present",
    "publish publication",
    "oppose opposition",
    "look-after maintain",
    "sign conclude",
    "jointly together both joint",
    "arrest detain",
    "deny dispute reject",
    "post position job office",
    "compete competitor rival competition",
    "big large huge",
    "more additional further extra",
    "later then afterwards subsequently",
    "first initially originally initial",
    "exclusive sole only",
    "protect protection safeguard",
    "invest investment put",
    "unit subsidiary division business",
    "electric ev",
    "vote voting",
    "right entitled",
    "car vehicle automobile",
    "vaccine shot",
    "develop development",
    "trial test pilot",
    "look-after manage run handle",
    "study research",
    "find discover conclude",
    "limit restrict cap",
    "foreigner foreign",
    "dear expensive",
    "delivery deliver",
    "base headquarters headquartered locate",
    "area region",
    "keep retain remain",
    "stay remain continue",
    "settle resolve",
    "sell sale",
    "employee member staff",
    "country nation",
    "charge accusation allegation",
    "year annual yearly",
    "part component piece",
    "per each every",
    "both two",
    "fail failure",
    "succeed success successful",
    "chairman chair chairwoman",
    "improve better enhance",
    "help assist aid support",
    "important key essential crucial",
    "quick fast rapid",
    "recover recovery",
    "spend spending outlay",
    "hire recruit",
    "fund finance funding financing",
    "sue lawsuit",
    "expect anticipate forecast",
    "belong part member",
    "financial fiscal",
    "perpetual unlimited permanent",
    "worldwide world global",
    "follow after next",
    "launch introduce unveil",
    "operate run manage",
    "oversee supervise manage lead",
    "jump surge soar climb rise increase",
    "slip slide tumble plunge drop fall decline",
    "blame attribute cite",
    "award grant give",
    "fine penalty penalize",
    "appoint hire recruit name",
    "forecast project predict estimate expect",
    "extend prolong lengthen",
    "halt stop suspend",
    "scrap cancel abandon drop",
    "withdraw withdrawal abandon pull",
    "replace succeed substitute",
    "resign quit leave depart",
    "construct build erect",
    "ship deliver send",
    "site location place",
    "earning profit income",
    "staff personnel workforce employee",
    "plant factory",
    "rule decide ruling decision",
    "inquiry probe investigation investigate",
    "stake interest holding share",
    "partner ally",
    "backer investor",
    "merge integrate combine",
    "guarantee promise pledge",
    "agree consent accept",
    "refuse decline reject",
    "divest sell",
    "laboratory lab",
    "hospital clinic",
    "spokesman spokeswoman spokesperson",
    "authority regulator agency watchdog",
    "university college",
    "flat apartment",
    "freight cargo",
    "plane aircraft",
)
"""Either word of a line may stand for the other. A word may be in several lines."""

OPPOSITES = (
    ("rise increase raise grow gain up climb expand", "fall decrease lower drop decline reduce "
     "cut shrink down"),
    ("support favour favor approve accept welcome back allow clear", "oppose reject block resist "
     "refuse forbid prohibit ban"),
    ("join enter", "leave quit exit"),
    ("buy acquire purchase", "sell divest dispose"),
    ("win succeed success", "lose fail failure"),
    ("admit confess concede", "deny dispute"),
    ("strong strengthen", "weak weaken"),
    ("better improve good best", "worse worsen bad worst"),
    ("large big larger largest bigger biggest huge", "small smaller smallest little tiny"),
    ("early earlier before prior", "late later after"),
    ("before until", "after once since"),
    ("more most", "less fewer least fewest"),
    ("many much", "few little"),
    ("high higher highest", "low lower lowest"),
    ("begin start launch open announce found form", "end stop terminate cease close dissolve"),
    ("include", "exclude omit leave"),
    ("inside within", "outside"),
    ("with", "without"),
    ("keep retain", "lose give abandon return"),
    ("reach achieve meet", "miss"),
    ("complete finish", "abandon cancel suspend"),
    ("receive get", "pay give send"),
    ("return repay", "raise borrow"),
    ("lend", "borrow"),
    ("arrest detain", "release free"),
    ("cheap cheaper cheapest", "dear dearer expensive"),
    ("first", "last"),
    ("public", "private"),
    ("same equal", "different unequal"),
    ("profit profitable", "loss losses"),
    ("import", "export"),
    ("hire", "fire dismiss"),
    ("agree agreement", "disagree refuse"),
    ("possible likely", "impossible unlikely"),
    ("usual", "unusual"),
    ("usual common", "unusual rare"),
    ("always", "never"),
    ("voluntary", "compulsory mandatory"),
    ("accelerate hasten", "delay slow postpone"),
    ("merge combine", "split separate"),
    ("north northern", "south southern"),
    ("east eastern", "west western"),
    ("majority", "minority"),
    ("enough sufficient", "insufficient"),
    ("easy easier", "hard difficult harder"),
    ("new newer newest", "old older oldest"),
    ("young younger youngest", "old older oldest"),
    ("long longer longest", "short shorter shortest"),
    ("rich", "poor"),
    ("safe safer", "dangerous unsafe"),
    ("fast faster quick", "slow slower"),
    ("former", "current future"),
    ("success", "failure"),
    ("ally partner", "rival competitor enemy"),
    ("buyer purchaser", "seller"),
    ("lender creditor", "borrower debtor"),
    ("plaintiff", "defendant"),
    ("guilty", "innocent"),
    ("lead leader", "follow follower"),
    ("protect", "endanger threaten"),
    ("encourage promote", "discourage deter"),
)  # fmt: skip
"""A claim that has a word of one side where the evidence has one of the other says the reverse."""

VERBS = frozenset(
    """
    advise afford bear borrow bid blame boost brief broker carry commit compensate confirm convert
    create credit distribute enable ensure evaluate evolve export extend favor favour fill finalize
    fulfil govern guide hedge import inform inherit inspect insure integrate judge justify lay link
    load locate manage market match measure mention monitor notify note occur operate owe park pass
    perform pick pilot pledge police pool possess press prevent process procure profit prompt
    propose prosecute pursue push rank rate recall recommend recover recruit redeem regulate rely
    renew rent resolve restore restructure retain retire reward rule satisfy schedule secure settle
    share ship spin sponsor strike structure subsidize substitute succeed suffer surpass survive
    sustain switch target tie top total track train trail treat trigger underwrite undertake
    upgrade urge vary verify violate warrant weigh yield
    accept achieve acquire add admit agree aim allow announce appear apply appoint approve argue
    arrest ask assume attack attain authorize ban become begin believe belong block borrow bring
    build buy call cancel carry cause cease change choose claim clear close collect combine come
    compete complete concern conclude connect consider contain continue contribute control cost
    cover create cut deal decide decline decrease deliver demand deny depend describe design
    develop disclose discover discuss divest divide do double drop earn employ end enter establish
    exceed exist expand expect explain face fail fall finance find finish fire fit focus follow
    forbid form found gain generate get give go grant grow guarantee handle happen have head hear
    help hire hold hope improve include increase insist intend introduce invest investigate involve
    issue join keep know lack last launch lead learn leave lend let license like limit list live
    look lose lower maintain make manage manufacture mean meet merge migrate miss move name need
    negotiate obtain offer open operate oppose order own pay permit persuade place plan postpone
    predict prefer prepare present produce promise propose protect prove provide publish purchase
    put quit raise reach receive reduce refuse reject release remain remove repay replace report
    represent require resign resist respond restrict return reveal rise run save say see seek sell
    send separate serve settle share show shrink sign sit speak spend split stand start state stay
    stop strengthen succeed sue suggest supply support suspend take teach terminate threaten trade
    takeover transfer treat try turn unveil use value visit vote wait want warn weaken win withdraw
    work write
    """.split()
)
"""Base forms of verbs; any word in -ed counts as one besides."""

NOUNS_TOO = frozenset(
    """
    bid bids boost brief blame credit credits favor favour fill guide hedge import imports export
    exports judge judges link links load locate market match measure measures note notes park pass
    pick pilot pilots pledge pledges police pool press process profit profits prompt push rank ranks
    rate rates recall rent reward rewards rule rules schedule secure share ship ships spin sponsor
    strike strikes structure substitute switch target targets tie ties top total totals track tracks
    train trains trail treat trigger takeover upgrade warrant warrants yield yields
    aim aims attack ban block building call calls change changes claim claims collect concern cost
    costs cover covers deal deals demand demands design drop employ end ends exit face fall fire fit
    focus form forms found gain gains grant grants grow help hold holding hope issue issues lack
    last launch lead like limit limits list lower market name names need needs offer offers open
    order orders own partner place plan plans present price promise purchase reach release report
    reports return returns rise run sale share shares show sign stand start state states stay stop
    supply support trade transfer treat trial turn use uses value visit vote votes wait work works
    offering meeting beginning opening closing ending meaning feeling clear complete close separate
    total double better
    """.split()
)
"""Forms that are verbs only where their place says so."""

AUXILIARIES = frozenset(
    """
    is are was were be been being am has have had do does did will would can could may might shall
    should must cannot isn't aren't wasn't weren't hasn't haven't hadn't don't doesn't didn't won't
    wouldn't can't couldn't shouldn't mustn't
    """.split()
)

NEUTRAL = frozenset(
    key_of(word)
    for word in """
    be come take place happen occur follow accord include have make do name call become say state
    report note mean cost total amount value represent involve concern relate respect regard
    approximate around role part case fact point number figure way thing part kind company firm
    partner side party group business organisation time date year month day period example
    yes joint overall specific addition initial subsequent total respective combined each per via
    plus both together through respectively account describe accept contain together
    agreed further additional set due term play rest base form result arrange arrangement
    executive party move matter source passage text document article according prior first share
    whereas although though moreover furthermore meanwhile nevertheless besides
    monday tuesday wednesday thursday friday saturday sunday
    range new currently now still also however therefore thus only respectively namely
    """.split()
)
"""Words that a writer adds without adding a fact."""


def groups_of(lines: tuple[str, ...]) -> dict[str, frozenset[int]]:
    """Key of each word -> numbers of the lines that it stands in."""
    found: dict[str, set[int]] = {}
    for number, line in enumerate(lines):
        for word in line.split():
            found.setdefault(key_of(word), set()).add(number)
    return {key: frozenset(numbers) for key, numbers in found.items()}


_EQUIVALENT = groups_of(EQUIVALENTS)
_LEFT = groups_of(tuple(left for left, _ in OPPOSITES))
_RIGHT = groups_of(tuple(right for _, right in OPPOSITES))
VERB_KEYS = frozenset(key_of(verb) for verb in VERBS)


def equivalents(key: str) -> frozenset[int]:
    """Numbers of the lines of a key; two keys that share one may stand for one another."""
    return _EQUIVALENT.get(key, frozenset())


def may_stand_for(one: str, other: str) -> bool:
    """Whether two keys are the same or of like meaning."""
    return one == other or not equivalents(one).isdisjoint(equivalents(other))


def are_opposite(one: str, other: str) -> bool:
    """Whether one key says the reverse of the other."""
    nothing = frozenset[int]()
    return not (
        _LEFT.get(one, nothing).isdisjoint(_RIGHT.get(other, nothing))
        and _RIGHT.get(one, nothing).isdisjoint(_LEFT.get(other, nothing))
    ) or (_without_denial(one) == other or _without_denial(other) == one)


def has_opposite(key: str) -> bool:
    """Whether the lists know a reverse of it."""
    return key in _LEFT or key in _RIGHT


_DENIALS = ("un", "in", "im", "ir", "non", "dis")
_MIN_ROOT = 4


def _without_denial(key: str) -> str:
    for denial in _DENIALS:
        if key.startswith(denial) and len(key) - len(denial) >= _MIN_ROOT:
            return key[len(denial) :]
    return ""


CONVERSE = frozenset(
    frozenset(pair.split())
    for pair in (
        key_of("buy") + " " + key_of("sell"),
        key_of("acquire") + " " + key_of("sell"),
        key_of("pay") + " " + key_of("receive"),
        key_of("give") + " " + key_of("receive"),
        key_of("pay") + " " + key_of("get"),
        key_of("give") + " " + key_of("get"),
        key_of("lend") + " " + key_of("borrow"),
    )
)
"""Opposites that say the same of the other party: one pays, the other receives."""

EXTENTS = tuple(
    frozenset(line.split())
    for line in (
        "all every always entire entirely whole wholly",
        "only sole solely exclusively exclusive",
        "most majority mostly largely mainly",
        "twice double doubled",
        "triple tripled",
        "exactly precisely",
    )
)
"""A word of a line may not be said where the evidence has none of it."""

SYMMETRIC = frozenset(
    key_of(word)
    for word in "compete merge combine cooperate collaborate partner ally meet agree join know "
    "share negotiate talk work".split()
)
"""Verbs of which either side may be named first."""
