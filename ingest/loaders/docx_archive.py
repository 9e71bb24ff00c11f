"""The archive that a Word file is: refused where it does harm, Strict Open XML made readable."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from ingest.errors import EncryptedFileError, MalformedFileError, TooLargeError
from ingest.loaders.limits import LoadLimits

OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""First bytes of the old Office container: .doc files, and .docx files with a password."""

DECLARATION_BYTES = 4096
"""Of each XML part: a document type must stand before the first element."""

_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_TRANSITIONAL = rb"http://schemas.openxmlformats.org/\1/2006/"
_STRICT_MARK = b"http://purl.oclc.org/ooxml/"


def check_archive(content: bytes, limits: LoadLimits, *, allows_doctype: bool = False) -> None:
    """Refuse archives that are encrypted, broken, bombs, or that reach outside of themselves.

    The sizes are those in the directory: zipfile never unpacks more than stands there.

    Args:
        content: Of the file.
        limits: Of its parts.
        allows_doctype: Its XML may name a document type, as that of EPUB files does; the parser
            must then resolve no entity.
    """
    if content.startswith(OLE_MARK):
        raise EncryptedFileError(
            "It is protected with a password, or an old .doc file. "
            "Save it as .docx without a password."
        )
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_sizes(entries, len(content), limits)
            for entry in entries:
                _check_entry(archive, entry, allows_doctype=allows_doctype)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
        raise MalformedFileError(
            "It is truncated or damaged: its archive cannot be read."
        ) from error


def as_transitional(content: bytes) -> bytes:
    """The same file with the names of Strict Open XML (ISO 29500) as those that libraries know.

    Args:
        content: An archive that `check_archive` has passed.
    """
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = [entry for entry in archive.infolist() if entry.filename.endswith(_XML_ENDINGS)]
        if not any(_STRICT_MARK in archive.read(part) for part in parts):
            return content
        target = BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as rewritten:
            for entry in archive.infolist():
                part = archive.read(entry)
                if entry.filename.endswith(_XML_ENDINGS):
                    part = _STRICT.sub(_TRANSITIONAL, part)
                rewritten.writestr(entry.filename, part)
    return target.getvalue()


_XML_ENDINGS = (".xml", ".rels")


def _check_sizes(entries: list[zipfile.ZipInfo], packed: int, limits: LoadLimits) -> None:
    if len(entries) > limits.archive_entries:
        raise TooLargeError(
            f"It has {len(entries):,} parts; up to {limits.archive_entries:,} are read."
        )
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.archive_bytes:
        most = limits.archive_bytes / 1e6
        raise TooLargeError(
            f"It unpacks to {unpacked / 1e6:,.0f} MB; up to {most:,.0f} MB are read."
        )
    if unpacked > limits.archive_ratio * packed:
        raise TooLargeError(f"It unpacks to {unpacked // packed} times its size, as bombs do.")


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, *, allows_doctype: bool) -> None:
    name = entry.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or re.match(r"[A-Za-z]:", name):
        raise MalformedFileError("It holds a part whose name leads out of the document.")
    if entry.flag_bits & 1:
        raise EncryptedFileError("It is protected with a password. Save it without one.")
    if name.endswith(_XML_ENDINGS) and not allows_doctype:
        with archive.open(entry) as part:
            head = part.read(DECLARATION_BYTES)
        if b"<!DOCTYPE" in head.replace(b"\0", b"") or b"<!ENTITY" in head.replace(b"\0", b""):
            raise MalformedFileError("It declares XML entities, which no Office file does.")
