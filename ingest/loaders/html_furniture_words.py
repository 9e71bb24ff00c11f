"""Words by which a page's furniture is known: names of classes and ids, headings, lead-ins."""

from __future__ import annotations

import re


def _any_of(table: str) -> str:
    """Alternatives of a regular expression from a table with one or several a line, parted by `;`.

    A space in the table is a space in the text.
    """
    entries = (entry.strip() for line in table.splitlines() for entry in line.split(";"))
    return "(?:" + "|".join(entry for entry in entries if entry) + ")"


SURE_NAMES = re.compile(
    "(?:^| )"
    + _any_of(
        r"""
        \w*cookies?\w*(?: \w+)?; gdpr\w*; ccpa; onetrust; \w*consent\w*(?: \w+)?
        cmp(?=$); cmp\w+; cmp (?:box|wrapper|root|app|banner|modal|overlay|dialog|layer|ui)
        usercentrics; didomi; trustarc; truste; privacy (?:banner|notice|manager)
        newsletters?; subscribe; subscription (?:box|form|widget|banner); paywall; sign ?up
        donate; app ?download; sharedaddy; addthis; outbrain; taboola; disqus(?: thread)?
        ads?(?: (?:container|slot|unit|banner|wrapper|box|block|label|\d+))?; advert(?:isement)?s?
        comments? (?:list|area|section|thread|respond|container)
        mw editsection; mw cite backlink; mw jump\w*; navbox\w*; catlinks; printfooter
        """
    )
    + "(?: |$)"
)
"""In a class or id, whose words are parted by spaces here: no article is named so."""

NAMES = re.compile(
    "(?:^| )"
    + _any_of(
        r"""
        social(?= (?:media|shar\w+|links?|icons?|bar|buttons?|networks?|follow)|$); sharing
        (?<!market )share(?: (?:bar|buttons?|links?|tools?|this|icons?|list))?
        follow us; print (?:link|button|header|footer|only|logo|url); only print; back to top
        skip (?:link|to content); tool ?bar
        related(?: \w+)?; recommended; recommendations?; recirc(?:ulation)?; more stories
        read ?more; read ?next; up ?next; most ?read; most ?popular; popular posts; trending
        promo(?:tion)?; teasers?; sponsored; advertising; banner(?: ad)?; noprint
        breadcrumbs?; pagination; pager; nav(?:bar|igation)?; menu; side ?bar; masthead
        site (?:header|footer|nav); toc; table of contents; widget(?: area)?
        modal; popup; overlay; comments?; respond; reply
        author (?:info )?(?:bio|box|card|profile); about (?:the )?author
        tags?(?: (?:list|links|cloud))?; post (?:tags|navigation|meta links)
        """
    )
    + "(?: |$)"
)
"""The same of what may also be a part of an article, after whose heading it is named."""

HOLDERS = re.compile(
    "(?:^| )"
    + _any_of(
        "has; with; no; without; is; main; page; wrap; wrapper; layout; container; body; hero"
    )
    + "(?: |$)"
)
"""What holds the article may be named after any of them: "has-sidebar", "page-with-comments"."""

COMMENTS = re.compile(
    r"(?:(?:post|article|entry|reader|user) )?comments?(?: (?:area|list|section|thread|container))?"
    r"|commentlist|commentarea|disqus(?: thread)?|respond"
)
"""The whole of such a name: what readers said of the page."""

HEADS_COMMENTS = re.compile(
    r"(?:\d+ (?:comments?|responses?|replies|thoughts|kommentare?|commentaires?|comentarios?"
    r"|commenti|reacties|comentários?)(?: (?:on|to|zu|sur|a|su|op|sobre)\b.*)?"
    r"|(?:comments?|kommentare?|commentaires?|comentarios|commenti|reacties|comentários) \(\d+\)"
    r"|discussion about this post|leave a (?:reply|comment)|schreibe einen kommentar"
    r"|laisser un commentaire|deja (?:un comentario|una respuesta)|lascia un commento"
    r"|geef een reactie|deixe (?:um comentário|uma resposta))\W*",
    re.IGNORECASE,
)
"""A heading below an article, with what readers said of it or are asked to say."""

HEADS_TEASERS = re.compile(
    _any_of(
        r"""
        more; read (?:more|next|also); related(?: \w+){0,2}; recommended(?: for you)?
        (?:our|the) latest(?: \w+)?; more latest \w+
        most (?:read|popular|viewed|shared|commented)(?: (?:in|on|stories|articles|news|posts).*)?
        you (?:may|might) (?:also )?(?:like|be interested in).*
        trending(?: now)?; editor['’]s picks?; latest (?:news|stories|posts)
        more (?:from|on|about|in|stories|news|like this).*; see also; further reading
        also on.*; don['’]t miss; keep reading; up next
        in this (?:article|section); on this page; table of contents; contents
        lesen sie (?:auch|mehr); mehr zum thema; weitere (?:artikel|themen|nachrichten)
        das könnte sie auch interessieren
        lire aussi; à lire aussi; sur le même sujet; articles liés
        lea también; (?:también )?te puede interesar; (?:más|otras) noticias; noticias relacionadas
        leggi anche; articoli correlati; altr[ie] (?:articoli|notizie); potrebbe interessarti.*
        lees ook; meer over; meer nieuws; gerelateerd(?:e artikelen)?; ook interessant
        leia (?:também|mais); veja também; (?:mais|outras) notícias; artigos relacionados
        autres (?:articles|actualités); articles similaires; dans la même rubrique
        auch interessant; (?:mehr|ähnliche) artikel; weitere meldungen
        comments?; leave a (?:comment|reply); join the (?:conversation|discussion)
        share(?: this.*)?; follow us.*; tags?; topics?
        newsletters?; sign up.*; subscribe.*; about the author
        """
    )
    + r"\s*[:…>»]*\Z",
    re.IGNORECASE,
)
"""A line of its own above links to other pages."""

TEASER = re.compile(
    r"\W*"
    + _any_of(
        r"""
        read (?:more|also|next|the full \w+); more; related; see also; also read; also see
        don['’]t miss; further reading; in pictures; watch; listen; explore more
        recommended(?: reading)?
        lesen sie (?:auch|mehr); mehr zum thema; mehr dazu
        lire aussi; à lire(?: aussi)?; voir aussi
        lea también; lee también; leer más; te puede interesar
        leggi anche; lees ook; lees meer; leia (?:também|mais); veja também
        """
    )
    + r"\s*[:|»>–—-]",
    re.IGNORECASE,
)
"""The beginning of a line that leads to another page."""
