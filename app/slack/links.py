"""Where a citation in Slack leads. Pure."""

from __future__ import annotations

from urllib.parse import quote

from app.slack.markup import safe_url
from app.types import Citation

QUOTE_WORDS = 6
"""Words of a quote's start and end that find it in a browser (text fragments)."""


def citation_url(citation: Citation, public_url: str | None) -> str | None:
    """The link of a citation: Accord's page at the sentence, or else the source's address."""
    if public_url is not None:
        return safe_url(public_url.rstrip("/") + citation.permalink)
    url = safe_url(citation.metadata.url)
    if url is None:
        return None
    return safe_url(f"{url}{':' if '#' in url else '#:'}~:text={_fragment(citation.quote)}") or url


def _fragment(text: str) -> str:
    """A text fragment that finds a quote by its first and last words."""
    found = text.split()
    ends = [found] if len(found) <= 2 * QUOTE_WORDS else [found[:QUOTE_WORDS], found[-QUOTE_WORDS:]]
    return ",".join(quote(" ".join(part), safe="").replace("-", "%2D") for part in ends)
