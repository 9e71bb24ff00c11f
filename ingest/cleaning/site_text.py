"""The words that a site puts around an article: menus, sharing, cookies, newsletters."""

from __future__ import annotations

import re

from ingest.cleaning.words import num_words
from ingest.types import Block
from vectorstore.types import SentenceKind

MAX_SITE_TEXT = 220
"""Characters. Site text is short; a longer paragraph that mentions cookies is about cookies."""

_NETWORK = (
    "share|tweet|facebook|twitter|linkedin|x|e-?mail|whatsapp|reddit|pinterest|print|instagram"
    "|youtube|copy link|telegram|bluesky|threads"
)

# Each must match the block from its beginning to its end.
_PHRASES = {
    "navigation": (
        "skip to (?:main )?(?:content|navigation)",
        "(?:main |toggle )?(?:menu|navigation)",
        "back to top|home|search|close|print|ad|register",
        "(?:log|sign) ?in(?: or (?:register|sign up))?|sign up|subscribe(?: now)?",
        "(?:next|previous) (?:article|page|post)",
        "(?:read|see|show|load) more|continue reading|view (?:all|comments)",
        "table of contents|jump to.{0,40}|go to homepage|print this (?:page|article)",
        "download (?:pdf|as pdf|the pdf)|view as pdf",
        "related (?:articles?|stories|posts|content|links|topics)|more from .{0,60}",
        "most (?:read|popular|viewed)|recommended(?: for you)?|trending(?: now)?",
        "you (?:may|might) also (?:like|be interested in).{0,20}|editor['’]s picks?",
        r"leave a (?:comment|reply)|(?:\d+ )?comments?|tags?:.{0,120}|filed under:?.{0,80}",
        "advertisement|sponsored content|scroll to continue|listen to (?:this )?article",
        "(?:article|story) continues below(?: advertisement)?",
        r"\d+[- ]min(?:ute)?s?(?: read)?",
        r"(?:home|start)\s*(?:[›»>/→]\s*[^›»>/→]{1,50}){1,6}",
    ),
    "share": (
        "share(?: this)?(?: (?:article|page|post|story))?(?: (?:on|via|with|to) .{1,60})?",
        "tweet(?: this)?|pin it|e-?mail(?: this(?: article| page)?)?",
        "(?:copy|get) link|link copied.{0,20}",
        "follow us(?: on .{1,60})?|like us on .{1,40}",
        rf"(?:{_NETWORK})(?:[\s|·•,/]+(?:{_NETWORK}))+",
        "(?:click|tap) (?:here )?to (?:share|tweet|e-?mail|print).{0,80}",
    ),
    "cookie notice": (
        r"(?:we|this (?:web)?site|our (?:web)?site|our partners)\b.{0,60}"
        r"\buses?\b.{0,20}\bcookies\b.*",
        r"by (?:continuing|using|clicking).{0,80}\bcookies?\b.*",
        "(?:accept|reject|allow|manage|decline)(?: all)?(?: optional)? cookies?.{0,60}",
        "cookie (?:settings|preferences|policy|notice|consent)|accept all|reject all",
        "your privacy choices|do not sell my.{0,40}|manage (?:preferences|consent)",
        r"privacy policy(?:\W+terms.{0,60})?",
        r"terms (?:of (?:use|service)|and conditions)(?:\W+privacy.{0,60})?",
    ),
    "newsletter": (
        r"(?:sign up|subscribe|register)\b.{0,60}"
        r"\b(?:newsletters?|alerts?|updates|mailing list|inbox)\b.{0,120}",
        r"get (?:our|the) .{0,60}\b(?:newsletters?|inbox|delivered)\b.{0,80}",
        "(?:our|the|daily|weekly|free) newsletters?|subscribe to our newsletters?",
        r".{0,80}\b(?:delivered|straight|right) (?:straight |directly )?"
        r"to your (?:inbox|e-?mail)\b.{0,60}",
        r"enter your e-?mail(?: address)?.{0,60}|(?:your )?e-?mail address\*?",
        "thank you for subscribing.{0,60}|already a (?:subscriber|member).{0,40}",
        "this (?:article|content) is for subscribers.{0,60}",
    ),
}
_PATTERNS = tuple(
    (reason, re.compile(rf"(?:{'|'.join(phrases)})[\s.!:›»→>|]*\Z", re.IGNORECASE | re.DOTALL))
    for reason, phrases in _PHRASES.items()
)
_TEASERS = re.compile(
    "(?:related|recommended|more from|most (?:read|popular)|you (?:may|might) also|trending"
    "|editor)",
    re.IGNORECASE,
)


def site_text(block: Block) -> str | None:
    """What kind of site text the block is; None for text of the article."""
    if len(block.text) > MAX_SITE_TEXT or block.kind is SentenceKind.TABLE:
        return None
    text = block.text.strip()
    if block.kind is not SentenceKind.PROSE and num_words(text) < 2:
        # A list may name "Email", a section may be called "Search".
        return None
    return next((reason for reason, pattern in _PATTERNS if pattern.match(text)), None)


def introduces_teasers(block: Block) -> bool:
    """Stands above headlines of other articles."""
    return _TEASERS.match(block.text) is not None
