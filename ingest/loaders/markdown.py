"""Markdown files: front matter taken off, the rest left as written."""

from __future__ import annotations

import re

from ingest.errors import EmptyDocumentError
from ingest.frontmatter import split_front_matter
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Parsed
from ingest.loaders.text import decode

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def parse(content: bytes, limits: LoadLimits) -> Parsed:
    """Read a Markdown file. Comments, which no reader sees, are not part of its text."""
    fields, text = split_front_matter(decode(content))
    text = _COMMENT.sub("", text)
    if not text.strip():
        raise EmptyDocumentError("The file has no text in it.")
    return Parsed(text, fields)
