"""The lines of reading files, with the documents that they are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from eval.datasets.reading_format import (
    Form,
    form_of,
    is_test_part,
    read_claims,
    read_clusters,
    read_conversations,
    read_documents,
    read_questions,
)
from eval.datasets.reading_forms import (
    ClaimsOfDocument,
    Cluster,
    Conversation,
    QuestionsOfDocument,
    ReadingClaim,
    ReadingDocument,
    ReadingQuestion,
    ReadingText,
)
from eval.errors import DatasetError

NOT_ASKED = {Form.TURNS: "single turns", Form.PAIRS: "pairs of sentences"}
OF_DOCUMENTS = {Form.CLAIMS, Form.QUESTIONS, Form.CONVERSATIONS}
"""Forms whose lines are about documents of other files."""

Item = TypeVar("Item")
Line = TypeVar("Line", ClaimsOfDocument, QuestionsOfDocument, Conversation)


@dataclass(frozen=True, slots=True)
class FromFile(Generic[Item]):
    """Something with the file that it is in and the document that it is about."""

    file: str
    """Its name without the ending."""
    document: str
    """Id of the document, or of the cluster."""
    item: Item


@dataclass(slots=True)
class Material:
    """What some files ask, in their order."""

    documents: dict[str, ReadingDocument] = field(default_factory=dict)
    """By id: those that anything below is about."""
    questions: list[FromFile[ReadingQuestion]] = field(default_factory=list)
    claims: list[FromFile[ReadingClaim]] = field(default_factory=list)
    conversations: list[FromFile[Conversation]] = field(default_factory=list)
    clusters: list[FromFile[Cluster]] = field(default_factory=list)

    def texts(self) -> dict[str, ReadingText]:
        """Every document to ingest, by name; those of a cluster are named by `in_cluster`."""
        texts: dict[str, ReadingText] = dict(self.documents)
        for each in self.clusters:
            for place, text in enumerate(each.item.documents):
                texts[in_cluster(each.document, place)] = text
        return texts


def in_cluster(cluster: str, place: int) -> str:
    """Name of a document of a cluster."""
    return f"{cluster}/{place}"


def gather(
    files: Sequence[Path], *, documents: Sequence[Path] = (), only_test_part: bool = False
) -> Material:
    """Read files of any form that the product can be asked.

    Args:
        files: What to ask.
        documents: Where the documents stand that lines of other files are about, beside those
            of `files`; none takes the files of documents in the same folders.
        only_test_part: Leave out what is about a document that may be trained on.

    Raises:
        DatasetError: With file, line and what is wrong; or if two documents have the same id, or
            nothing is left to ask.
    """
    forms = {path: form_of(path) for path in dict.fromkeys(files)}
    for path, form in forms.items():
        if form in NOT_ASKED:
            raise DatasetError(f"{path} holds {NOT_ASKED[form]}, which no document answers.")
    own = {path: read_documents(path) for path, form in forms.items() if form is Form.DOCUMENTS}
    elsewhere: Iterable[ReadingDocument] = ()
    if not OF_DOCUMENTS.isdisjoint(forms.values()):
        elsewhere = _elsewhere(forms, documents)
    known = _by_id([*own.items(), *[(None, [each]) for each in elsewhere]])
    material = Material()
    for path, form in forms.items():
        match form:
            case Form.DOCUMENTS:
                for document in own[path]:
                    _add_document(material, path.stem, document, only_test_part=only_test_part)
            case Form.CLAIMS:
                for about, line in _about(read_claims(path, known.values()), known):
                    if is_test_part(about.id) or not only_test_part:
                        material.documents[about.id] = about
                        _add_claims(material, path.stem, about.id, line.claims)
            case Form.QUESTIONS:
                for about, asks in _about(read_questions(path, known.values()), known):
                    if is_test_part(about.id) or not only_test_part:
                        material.documents[about.id] = about
                        material.questions += [
                            FromFile(path.stem, about.id, each) for each in asks.questions
                        ]
            case Form.CONVERSATIONS:
                for about, talk in _about(read_conversations(path, known.values()), known):
                    if is_test_part(about.id) or not only_test_part:
                        material.documents[about.id] = about
                        material.conversations.append(FromFile(path.stem, about.id, talk))
            case _:
                material.clusters += [
                    FromFile(path.stem, cluster.id, cluster)
                    for cluster in read_clusters(path)
                    if is_test_part(cluster.id) or not only_test_part
                ]
    if not material.documents and not material.clusters:
        raise DatasetError(
            f"No document of {', '.join(map(str, files))} belongs to the test part; ask all of "
            "them without --test-part."
        )
    return material


def _elsewhere(forms: Mapping[Path, Form], documents: Sequence[Path]) -> Iterator[ReadingDocument]:
    """Documents of files that are not asked themselves."""
    paths = documents or [
        sibling
        for folder in dict.fromkeys(path.parent for path in forms)
        for sibling in sorted(folder.glob("*.jsonl"))
        if sibling not in forms and _has_documents(sibling)
    ]
    for path in paths:
        if path not in forms:
            yield from read_documents(path)


def _has_documents(path: Path) -> bool:
    """Of a file that nobody named: whatever else it holds is none of our business."""
    try:
        return form_of(path) is Form.DOCUMENTS
    except DatasetError:
        return False


def _by_id(
    files: Iterable[tuple[Path | None, Sequence[ReadingDocument]]],
) -> dict[str, ReadingDocument]:
    known: dict[str, ReadingDocument] = {}
    for path, documents in files:
        for document in documents:
            if path is not None and document.id in known:
                raise DatasetError(
                    f"{path}: the document {document.id!r} stands in another of the files, too."
                )
            known.setdefault(document.id, document)
    return known


def _about(
    lines: Iterable[Line], known: Mapping[str, ReadingDocument]
) -> Iterator[tuple[ReadingDocument, Line]]:
    for line in lines:
        yield known[line.doc], line


def _add_document(
    material: Material, file: str, document: ReadingDocument, *, only_test_part: bool
) -> None:
    if only_test_part and not is_test_part(document.id):
        return
    material.documents[document.id] = document
    material.questions += [FromFile(file, document.id, each) for each in document.questions]
    _add_claims(material, file, document.id, document.claims)


def _add_claims(
    material: Material, file: str, document: str, claims: Iterable[ReadingClaim]
) -> None:
    material.claims += [FromFile(file, document, each) for each in claims]
