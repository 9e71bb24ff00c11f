"""Plain text of any usual encoding: prose, with tables of values and headers of mails in it."""

from __future__ import annotations

from ingest.errors import EmptyDocumentError
from ingest.frontmatter import split_front_matter
from ingest.header_lines import split_header_lines, with_replies_headed
from ingest.loaders.delimited import tables_in
from ingest.loaders.encoding import clean_characters as clean_characters
from ingest.loaders.encoding import decode
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Parsed, merge


def parse(content: bytes, limits: LoadLimits) -> Parsed:
    """Read a text file; front matter and the header lines of a mail are understood here as well."""
    decoded = decode(content)
    fields, text = split_front_matter(decoded.text)
    stated, text = split_header_lines(text)
    if not text.strip():
        raise EmptyDocumentError("The file has no text in it.")
    if not stated:  # else its replies have been seen to
        text = with_replies_headed(text)
    return Parsed(tables_in(text), merge(fields, stated), decoded.remarks)
