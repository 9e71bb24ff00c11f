"""Words that do not show that two paragraphs belong together: function and report words."""

from __future__ import annotations

from ingest.cleaning.words import word_set

FUNCTION_WORDS = word_set(
    """
    a about above across after again against all along also although am among an and any are
    around as at be because been before behind being below between beyond both but by can
    could did do does doing done during each eight either even ever every except few first
    five for four from had has have having he her here him his how however i if in inside
    into is it its just last least less many may me might more most much must my near
    neither never new next nine no nor not of off on one only onto or other our out over own
    quite rather same second seven shall she should since six so some still such ten than
    that the their them then there therefore these they third this those though three
    through throughout thus to too toward two under until up upon us use used using very via
    was we well were what when where whether which while who whom whose why will with within
    without would yet you your
    """
)

GENERAL_WORDS = word_set(
    """
    ability able academic accord account achieve act action active activity add addition
    address advance advantage affect agency agree aim allow amount analyse analysis analyze
    annual answer appear apply approach appropriate approximate area article ask aspect
    assess assist associate assume author available average avoid base basic basis become
    began begin believe benefit best better big billion bring build business call can
    capability case cause central certain challenge change chief choice choose city claim
    clear clearly close come common community companies company compare complete complex
    concern condition conduct consider consist contain continue contribute control cost
    country create critical current data day deal decide decision decrease deep define
    degree deliver demand demonstrate depend describe design detail determine develop
    different difficult direct director discuss document drive early easy effect effective
    effort employ enable end engage ensure entire environment especially establish estimate
    event evidence example executive exist expand expect experience expert explain explore
    extend extent face facility fact factor fall far feature field figure final find firm
    focus follow force form former forward found free full function fund future gain general
    get give global go goal good great greater group grow growth half hand happen hard head
    help high hold hour human idea identify impact implement importance important improve
    include increase indicate individual industry influence inform information initial
    initiative institution interest international interview introduce involve issue job join
    keep key kind know knowledge lack large late later lead leader leadership learn left let
    level life like likely limit line link list literature little live local long look lose
    loss low made main maintain major make manage management manager many mark market
    material matter mean measure meet member mention method million minute model modern
    moment month move much name nation national nature near nearly necessary need negative
    normal note number obtain occur offer office official often open operate operation
    opinion opportunity option order organisation organization original outcome overall part
    participant particular partner party past pattern pay people percent percentage perform
    performance period person personal perspective place plan play point policy popular
    population position positive possible potential power practice prepare present pressure
    prevent previous primary principle private problem process produce product production
    professional program programme progress project promote proper propose protect provide
    provider public publication publicly publish purpose put quality question quickly raise
    range rapid rate reach read ready real reality reason receive recent recently recognize
    recommend record reduce refer reflect regard region regular relate relation relationship
    relatively release remain report represent request require research researcher resource
    respond response responsible rest result return reveal review rise risk role run sample
    say scale school section sector see seek seem select sell send senior sense separate
    series serious serve service set several share short show side sign significant similar
    simple simply single site situation size small social society solution solve sort source
    speak special specific spend staff stage standard start state statement status stay step
    stop strategic strategy strong structure student study subject success successful
    suggest summer support sure survey system take talk target task team tell term test
    theme thing think thought thousand time today together tool top topic total toward track
    traditional trend true try turn type unit university update usage use user usual value
    variety various version view visit volume wait want way week whole wide will win word
    work worker working world worth write wrong year yesterday yet young
    """
)
"""Common in writing on any subject, so that sharing one says nothing about belonging together."""
