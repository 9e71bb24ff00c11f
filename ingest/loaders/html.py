"""Web pages: all that a reader is shown of the article, and what the page states about itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.errors import EmptyDocumentError, MalformedFileError
from ingest.loaders.encoding import clean_characters
from ingest.loaders.html_blocks import markdown_of, words_of_element
from ingest.loaders.html_dateline import shown_date
from ingest.loaders.html_described import described_authors
from ingest.loaders.html_encoding import decode_html
from ingest.loaders.html_entries import mark_entries, mark_panels
from ingest.loaders.html_forms import drop_sign_ups
from ingest.loaders.html_furniture import drop_furniture
from ingest.loaders.html_headline import shown_title
from ingest.loaders.html_lead import lead_between
from ingest.loaders.html_main import main_part
from ingest.loaders.html_metadata import (
    Shown,
    main_headings,
    read_metadata,
    read_visible,
    shares_words,
)
from ingest.loaders.html_roles import name_by_role
from ingest.loaders.html_shown_authors import shown_authors
from ingest.loaders.html_tree import tree_of
from ingest.loaders.html_visibility import drop_invisible
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Fields, Parsed

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,300}\?>")
_ASKS_FOR_SCRIPTS = re.compile(
    r"(?:enable|turn on|activate|requires?|needs?|without|allow|aktivieren|activer|habilit\w+)"
    r"\W+(?:\w+\W+){0,3}java ?script"
    r"|java ?script\W+(?:\w+\W+){0,4}(?:enabled?|disabled|required|turned|aktivier\w*|activé|off"
    r"|blocked)|checking your browser|just a moment|verify(?:ing)? (?:that )?you are (?:a )?human"
    r"|checking if the site connection|security of your connection",
    re.IGNORECASE,
)
_WAITS = re.compile(
    r"\W*(?:(?:page )?loading|(?:one moment,? )?please wait|(?:seite )?wird geladen|bitte warten"
    r"|lädt|(?:einen )?moment,? bitte|chargement(?: en cours)?|(?:veuillez )?patiente[rz].{0,20}"
    r"|cargando|(?:por favor,? )?esper[ea]|caricamento(?: in corso)?|attendere(?: prego)?"
    r"|carregando|aguarde|(?:bezig met )?laden|even geduld.{0,12})\W*",
    re.IGNORECASE,
)
_APP_ROOT = (
    "//*[@id='root' or @id='app' or @id='__next' or @id='__nuxt' or @id='___gatsby'"
    " or @id='main-app' or @data-reactroot] | //app-root"
)
MAX_NOTICE_WORDS = 60
MAX_SHELL_WORDS = 25
"""Words around the place that scripts fill: a name, a menu, a line of copyright."""

_NO_TEXT = (
    "The page has no readable text; it is put together by JavaScript in the browser. "
    "Open it there, save it when all of it is shown, and take the saved file."
)


def parse(content: bytes, limits: LoadLimits) -> Parsed:
    """Main text as light Markdown, without navigation, and what the page says about itself."""
    decoded = decode_html(content)
    markup = _XML_DECLARATION.sub("", decoded.text)
    if not markup.strip():
        raise EmptyDocumentError("The page is empty.")
    tree = tree_of(markup, limits.markup_depth)
    if tree is None:
        raise MalformedFileError("Its elements are nested too deep for a real page.")
    stated = read_metadata(tree)
    name_by_role(tree)
    drop_sign_ups(tree)
    drop_invisible(tree)
    title = str(stated.fields.get("title", ("", ""))[0])
    headline = shown_title(tree, title, stated.sites)
    title = headline or title
    shown = Shown(
        headline,
        shown_date(tree, title),
        shown_authors(tree, title, stated.sites),
        described_authors(tree, stated.sites),
    )
    mark_panels(tree)
    drop_furniture(tree)
    root = main_part(tree)
    fields = read_visible(root, stated, shown)
    mark_entries(root)
    text = _with_title(tree, root, markdown_of(root), fields)
    if _is_shell(tree, text):
        if not stated.body:
            raise EmptyDocumentError(_NO_TEXT)
        text, decoded = stated.body, decoded._replace(assumed=_read_from_data(decoded.assumed))
    return Parsed(clean_characters(text), fields, decoded.remarks)


def _with_title(tree: HtmlElement, root: HtmlElement, text: str, fields: Fields) -> str:
    """The text below the one main heading and the lead, where these are not in the main part."""
    headings = main_headings(tree, str(fields.get("title", ("", ""))[0]))
    if len(headings) != 1 or any(up is root for up in headings[0].iterancestors()):
        return text
    title = words_of_element(headings[0])
    if not shares_words(title, str(fields.get("title", ("", ""))[0])):
        return text  # the name of the site
    if not title or not text.strip():
        return text
    said = (words_of_element(each) for each in lead_between(headings[0], root))
    lead = [each for each in said if each not in text]
    return "\n\n".join([f"# {title}", *lead, text])


def _is_shell(tree: HtmlElement, text: str) -> bool:
    """Whether the text is only what a page shows before its scripts run."""
    words = text.split()
    if not words or all(_WAITS.fullmatch(line) for line in text.split("\n") if line.strip()):
        return True
    if len(words) <= MAX_NOTICE_WORDS and _ASKS_FOR_SCRIPTS.search(text):
        return True
    filled = tree.xpath(_APP_ROOT)
    return len(words) <= MAX_SHELL_WORDS and any(
        not (said := " ".join(each.text_content().split())) or _WAITS.fullmatch(said)
        for each in filled
    )


def _read_from_data(assumed: str) -> str:
    read = "its text was taken from the data that the page states for search engines (JSON-LD)"
    return f"{assumed}; {read}" if assumed else read
