"""The result of a dry run for a source, stored to be checked before it is served."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from ingest.report import Duplicate, IngestReport, Refused, Remark
from ingest.types import Prepared
from vectorstore.runs import FILES_FOLDER, PREPARED_FOLDER, RUNS_FOLDER, UPLOADS_FOLDER
from vectorstore.types import DocumentId, document_id

MAX_REMOVALS = 500
"""Pieces left out that are listed; their number is told in full."""
MAX_REMOVAL_CHARACTERS = 300


def in_place(uri: str) -> str:
    """The URI that a file sent for a dry run will have once it is served; others stay the same."""
    path = Path(uri)
    if "://" in uri or path.parent.name != FILES_FOLDER:
        return uri
    run = path.parent.parent
    if run.parent.name != RUNS_FOLDER:
        return uri
    return str(run.parent.parent / UPLOADS_FOLDER / path.name)


def tell_in_place(report: IngestReport, known: Collection[DocumentId]) -> None:
    """Change a dry run's report to the URIs that its files will have once they are served.

    Args:
        report: Of files in the run's own folder.
        known: Documents that are served now.
    """
    added = [in_place(uri) for uri in report.added]
    report.changed += [uri for uri in added if document_id(uri) in known]
    report.added = [uri for uri in added if document_id(uri) not in known]
    same = [Duplicate(in_place(each.uri), in_place(each.of)) for each in report.duplicates]
    report.unchanged += [each.uri for each in same if each.uri == each.of]
    report.duplicates = [each for each in same if each.uri != each.of]
    report.refused = [Refused(in_place(each.uri), each.reason) for each in report.refused]
    report.remarks = [Remark(in_place(each.uri), each.text) for each in report.remarks]
    report.regrouped = [replace(each, uri=in_place(each.uri)) for each in report.regrouped]
    report.fidelity = {in_place(uri): share for uri, share in report.fidelity.items()}


def keep_preview(folder: Path, prepared: Prepared) -> None:
    """Write the canonical text and what was left out into a run's folder, one file a document."""
    document = prepared.document.document
    known, uri = document.metadata, in_place(document.uri)
    place = folder / PREPARED_FOLDER
    place.mkdir(exist_ok=True)
    value = {
        "id": document_id(uri),
        "uri": uri,
        "title": known.title,
        "authors": list(known.authors),
        "publisher": known.publisher,
        "published": known.published.isoformat() if known.published else None,
        "published_precision": known.published_precision,
        "url": known.url,
        "language": known.language,
        "fidelity": known.fidelity,
        "provenance": dict(known.provenance),
        "passages": len(prepared.document.passages),
        "text": document.text,
        "sentences": [
            [each.start, each.end, each.kind.value] for each in prepared.document.sentences
        ],
        "removals": [
            {"text": each.text[:MAX_REMOVAL_CHARACTERS], "reason": each.reason, "line": each.line}
            for each in prepared.removals[:MAX_REMOVALS]
        ],
        "num_removals": len(prepared.removals),
    }
    (place / f"{document_id(uri)}.json").write_text(json.dumps(value), encoding="utf-8")
