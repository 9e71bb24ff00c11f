"""Markdown files: front matter is removed, the rest left as written."""

from __future__ import annotations

import re

from ingest.errors import EmptyDocumentError
from ingest.frontmatter import split_front_matter
from ingest.header_lines import split_header_lines
from ingest.loaders.encoding import decode
from ingest.loaders.limits import LoadLimits
from ingest.loaders.markdown_dialects import as_markdown
from ingest.loaders.parsed import Parsed, merge

_COMMENT = re.compile(r"<!--.*?-->|(?<!%)%%(?!%)(?:(?!\n\n).)*?%%", re.DOTALL)
"""As HTML has them, and as Obsidian does."""


def parse(content: bytes, limits: LoadLimits) -> Parsed:
    """Read a Markdown file. Comments, which no reader sees, are not part of its text."""
    decoded = decode(content)
    fields, text = split_front_matter(decoded.text)
    stated, text = split_header_lines(text)
    text = as_markdown(_COMMENT.sub("", text), limits)
    if not text.strip():
        raise EmptyDocumentError("The file has no text in it.")
    return Parsed(text, merge(fields, stated), decoded.remarks)
