"""Words whose full stop need not end a sentence, by what must stand behind it.

English, German, French, Spanish, Italian, Dutch and Portuguese in one table: a text mixes them, in
names above all, and they contradict each other in very few words. All are in lower case and without
their last stop.
"""

from __future__ import annotations

NEVER_END = frozenset(
    """
    mr mrs ms mx dr prof st messrs gen sen rep gov lt col capt cmdr sgt maj adm rev hon pres supt
    v vs e.g i.e eg ie cf resp ing viz approx ca esp incl excl dept univ assn ed eds st. ft mt
    hr fr frl med jur phil dipl dipl.-ing dipl.-kfm priv.-doz verh geb gest gegr bzw vgl evtl ggf
    inkl exkl bzgl hinsichtl
    zzgl abzgl sog einschl ausschl insb lt zzt z.b d.h z.t u.a v.a o.ä i.d.r i.a s.o s.u
    o.g m.e u.u z.hd tel allg betr bspw hl kgl
    mme mmes mlle mlles mgr env sté éts p.ex c.-à-d c-à-d
    sra sres sras srta dra dres dña dn d.ª excmo excma ilmo ilma lic arq gral cnel p.ej ej
    cía hnos gebr zw em mult afd medew
    aprox pág págs núm núms av avda ctra
    sig sigg sig.ra sig.na sig.ri dott dott.ssa avv geom prof.ssa on.le spett egr ill
    p.es ad.es cfr pagg
    jährl vierteljährl halbjährl monatl mtl tägl wöchentl ehem entspr versch staatl gesetzl
    durchschn nat proff mª dª     d.lgs d.l d.p.r d.p.c.m c.p.c p.zza p.le c.so v.le l.go f.lli soc
    dhr mevr mw mej drs ir prof.dr bijv bv d.w.z o.a m.b.t m.n i.v.m t.a.v t.o.v
    n.a.v e.d z.o.z jhr
    exmo exma ilmo ilma profa dep eng
    """.split()
)
"""Titles before names, and words in the middle of a phrase."""

NEVER_END_AS_WRITTEN = frozenset(
    """
    On Me Mons Pe EE FF MM Arch Gent Red Mag Sto Sta Ing Städt Fa Abt Pr Bs Mtro Mtra Gob Rag Cav
    Card Hrn Des Wm Chas Jas Geo Thos Benj Edw Jos
    """.split()
)
"""Titles that are words where they begin in a small letter, and halves of "EE. UU."."""

CAPITALISED = frozenset(
    """
    sun sat wed mon mar dec mass miss ill ore wash pa ga la ind mo gen rep hon sen pres col sec adm
    conn dom sept st
    """.split()
)
"""Words of their own where they are written small ("he sat.", "the mass.")."""

MONTHS_WRITTEN_SMALL = frozenset("mar dec sept genn febb magg lugl sett mrt fev".split())
"""Of these, in languages that write months so: "31 dec. 2029"."""

MONTHS_BEHIND_DAYS = frozenset("ago set out may mai mei mag giu lug dez".split())
"""Words of their own in some language, but not between a day and a year: "3 ago. 2021"."""

END_OF_LIST = frozenset("usw etc ecc enz u.v.m u.v.a.m u.s.w".split())
"""What is left out of a list. In a sentence that goes on the next word is seldom a capital."""

BEFORE_NUMBER = frozenset(
    """
    no nos nr nrs fig figs eq eqs sec secs ch chs vol vols pp p art arts párr parr abs bd ed ziff
    rn rdnr kap trim
    anm abb abbn tabl bl blz hfdst par para pt cl n nn nº cap c.a núm num pag pág págs pp ss
    sch lot chap réf ref tél tel ext app par. § teil seite s st max min di vr za lun mer jeu ven dim
    stb stcrt
    """.split()
)
"""End no sentence where a number follows ("no", "art": a word of its own in other places)."""

MAY_END = frozenset(
    """
    inc corp co ltd llc llp plc bros cie ltda cia jr sr esq sen jun
    a.m p.m ph.d m.d b.a m.a b.sc m.sc ll.m
    jan jän janv feb febr févr mar mär mrz apr avr jun jul juil aug sep sept okt oct nov dec dez
    déc dic ene abr ott gen mag giu lug
    mon tue tues wed thu thur thurs fri sat sun
    ala ariz ark calif colo conn del fla ga ill ind kan ky la md mass mich minn miss mo mont neb
    nev okla ore pa penn tenn tex va vt wash wis wyo
    ave blvd rd hwy sq ste hrs hr min mins est avg dist div mfg intl assoc
    str hbf bhf stk std sek mio mrd tsd jh jhd jhdt jhs jhdts u.dgl coop
    ff f zt dgl o.j a.d e.v i.v a.g i.r d.j d.m d.r n.chr v.chr
    al e.a a.s jl s.v.p
    env dép arr boul bd av.j.-c apr.j.-c
    ee.uu uu uds vds ud vd s.a s.l s.l.u s.p.a s.r.l s.n.c s.a.s s.à.r.l n.v b.v
    ss.mm séc sec máx
    """.split()
)
"""May also be the last word of a sentence: the next word decides."""

AMOUNTS = frozenset("mio mrd tsd mln mlrd".split())
"""Of these, what goes on with the name of a currency."""

STARTERS = frozenset(
    """
    the a an this that these those it its he she they we i you his her their our there here in on
    at for from to by with as and but or so if when while after before since although however
    moreover meanwhile according some many most all both each what why how who where no not yet
    still also then now such last next another other one more under over during until once because
    despite today even thus nobody everyone nothing neither only both instead later earlier
    der die das den dem ein eine einer eines einem einen er sie es wir ich man ihr sein seine im am
    beim zum zur für mit nach seit bei aus auf an über unter zwischen doch aber und oder denn wenn
    als während nachdem bevor obwohl dann danach dort hier heute gestern damit dabei daher deshalb
    außerdem zudem allerdings dennoch jedoch auch so nun noch nur wer wie wo wann warum dieser
    diese dieses
    alle viele einige beide niemand später zuvor sein ihre
    le les un une des ce cette ces il elle ils elles on nous vous je son sa ses leur leurs en dans
    sur pour par avec sans après avant depuis selon mais ou donc car si quand comme cependant
    toutefois ainsi alors puis aussi lors pendant malgré aujourd'hui hier tous
    el los las unos unas este esta estos estas ese esa eso él ella ellos ellas nosotros su sus al
    por para con sin tras desde según pero o y que cuando como aunque mientras entonces
    luego también hoy ayer después antes nadie
    lo gli i uno una questo questa questi queste egli lui lei loro suo sua nel nella alla dal
    dalla per dopo prima ma che quando mentre anche oggi ieri così inoltre nessuno poi ora
    het een deze dit dat hij zij ze wij jullie zijn haar hun op te voor uit naar bij om na sinds
    volgens maar want toen ook vandaag gisteren niemand daarna
    os um uma uns umas esse essa isto isso ele ela eles elas seu sua seus suas no na nos nas pelo
    é è há
    pela com sem após desde segundo mas e quando enquanto então também hoje ontem depois ninguém
    """.split()
)
"""Words in capital that begin a sentence rather than go on with a name."""

NAME_PARTS = frozenset("la le el los las des du de di da do dos il lo van von den der".split())
"""Starters that are parts of names as well ("M. Le Gall"): behind an initial they begin nothing."""

NUMBERED = frozenset(
    """
    part phase chapter war act book class type title article level tier teil kapitel partie
    """.split()
)
"""Words before a Roman number, which ends a sentence where an initial does not."""

MONTHS = frozenset(
    """
    januar jänner februar märz april mai juni juli august september oktober november dezember
    jan feb mär apr jun jul aug sept sep okt nov dez
    january february june july october december
    januari februari maart mei augustus
    """.split()
)
"""After "31." a month goes on with the date."""

ORDINAL_NOUNS = frozenset(
    """
    quartal halbjahr jahrhundert jahrtausend jahr jahre jahrestag geburtstag lebensjahr monat woche
    tag mal platz rang stock stockwerk etage obergeschoss untergeschoss auflage ausgabe band klasse
    liga bundesliga spieltag runde weltkrieg kapitel abschnitt absatz satz senat zivilsenat
    strafsenat kammer sitzung wahlperiode legislaturperiode generation schritt phase teil stufe
    änderung instanz kongress parteitag hauptversammlung jahrgang semester schuljahr trimester
    drittel viertel
    """.split()
)
"""German nouns before which a number with a stop is an ordinal."""

BEFORE_ORDINAL = frozenset(
    """
    am im zum zur vom beim ab seit bis der die das dem den des ein eine einem einen einer eines
    jeder jede jedes jedem jeden ihr ihre ihren ihrem ihrer sein seine seinen seinem seiner unser
    unsere und oder ins den/die dieser diese dieses diesem diesen
    """.split()
)
"""German words after which a number with a stop is an ordinal, whatever noun follows."""
