"""Runs of the ingest job over a small folder, in this process or in one that may be killed.

A fork server imports everything once, so that a trial costs a fork and not a start of Python.
"""

from __future__ import annotations

import hashlib
import math
import multiprocessing
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from langchain_core.documents import Document as RawDocument

from ingest import job as ingest_job
from ingest.config import IngestOptions
from ingest.discover import Source
from ingest.early import Early
from ingest.job import IngestJob
from ingest.report import IngestReport
from tests.builders import HashingEmbedder
from vectorstore import failpoints
from vectorstore.catalog import Catalog
from vectorstore.config import StoreSettings
from vectorstore.generations import Generations
from vectorstore.live import LiveIndex
from vectorstore.maintenance import verify_store
from vectorstore.plan import Limits
from vectorstore.verification import VerificationTask, verify

_PRELOADED = ["chromadb", "tantivy", "tests.store_trials"]

BEFORE = {
    "alpha.md": "Alpha works with Beta on data. They share a house in Leeds. It began in 2019.",
    "beta.md": "Beta sells maps to Gamma. It runs for five years. Nobody else bid.",
    "gamma.md": "Gamma left the alliance in March. Its staff went to Delta. Nobody knows why.",
    "delta.md": "Delta has twelve members. Each pays the same fee. The chair changes every year.",
}
AFTER = {
    "alpha.md": BEFORE["alpha.md"],
    "beta.md": "Beta stopped selling maps to Gamma. A court had to decide. It took two years.",
    "delta.md": BEFORE["delta.md"],
    "epsilon.md": "Epsilon joined the alliance in June. It brings forty ships. All have one flag.",
    "zeta.md": "Zeta and Eta merged. Regulators in three countries agreed. The new name is Theta.",
}
AFTER["zeta-copy.md"] = AFTER["zeta.md"]
"""One source changed, one gone, two new, of which one lies in two places."""


MERGE_ALWAYS = Limits(few=0, recent_share=0.0, ghost_share=1.0)
"""Every change goes into a copy of the vectors in service."""


def write_folder(folder: Path, files: dict[str, str]) -> None:
    """Make a folder hold exactly these files; equal texts give equal files."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, text in files.items():
        (folder / name).write_text(
            f"# Note {text.split()[0].lower()}\n\n{text}\n", encoding="utf-8"
        )


def read_plain(source: Source) -> RawDocument:
    """A loader without a child process, for files that are Markdown already."""
    content = Path(source.uri).read_bytes()
    metadata = {"uri": source.uri, "sha256": hashlib.sha256(content).hexdigest(), "fields": {}}
    return RawDocument(page_content=content.decode(), metadata=metadata)


def verify_here(task: VerificationTask, _num_passages: int) -> None:
    """The same check as in production, without a process of its own."""
    verify(task)


class Store:
    """Everything that belongs to one data directory."""

    def __init__(self, data_dir: Path, limits: Limits | None = None) -> None:
        self.settings = StoreSettings(data_dir)
        self.catalog = Catalog(self.settings.catalog_url)
        self.generations = Generations(
            self.catalog, self.settings, verifier=verify_here, limits=limits
        )
        self.embedder = HashingEmbedder()
        self.early = Early()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.catalog.close()

    def ingest(self, *targets: Path | str, **options: Any) -> IngestReport:
        """One run of the job."""
        job = IngestJob(
            self.catalog,
            self.generations,
            self.settings.lock_path,
            self.embedder,
            IngestOptions(**options),
            loader=read_plain,
            early=self.early,
        )
        report = job.run([str(target) for target in targets])
        if erased := self.catalog.erasures():  # as the command line does, with conversations
            self.catalog.settle_erasures(erased)
        return report

    def served(self) -> dict[str, str]:
        """Text of each document that a reader gets, by file name, checked on the way.

        Every passage must be found by its own vector and by its words, and read as stored.
        """
        live = LiveIndex(self.catalog, self.settings)
        try:
            with live.generation() as generation:
                texts = {}
                for summary in generation.reader.documents():
                    stored = generation.reader.document(summary.id)
                    texts[Path(summary.uri).name] = stored.document.text
                ids = generation.reader.passage_ids()
                names, vectors = generation.reader.passage_vectors(ids)
                assert names == ids
                for name, vector in zip(names, vectors, strict=True):
                    [(nearest, cosine)] = generation.vectors.search(vector, limit=1)
                    assert nearest == name
                    assert cosine > 0.999
                for stored_passage in generation.reader.passages(ids):
                    found = dict(generation.lexical.search(stored_passage.text, limit=100))
                    assert stored_passage.passage.id in found
                return texts
        finally:
            live.close()

    def problems(self) -> tuple[str, ...]:
        """What `accord verify` would find."""
        return verify_store(self.catalog, self.generations).problems

    def leftovers(self) -> list[str]:
        """Index directories beside the one served, its predecessor, and what those build on."""
        numbers = self.catalog.generations()
        known = {f"gen-{number:06d}" for number in numbers}
        known |= {f"vectors-{base:06d}" for base in self.catalog.bases(numbers)}
        return [p.name for p in self.settings.index_dir.iterdir() if p.name not in known]


def at_every_group() -> Early:
    """Publishes whenever some more is stored."""
    return Early(after_s=0, share=math.inf)


def start_ingest(
    data_dir: Path,
    folder: Path,
    failpoint: tuple[str, int] | None = None,
    limits: Limits | None = None,
    *,
    early: bool = False,
) -> ForkServerProcess:
    """Run the job with --prune in a process of its own, which may be armed to die.

    With `early` each document is served as soon as it is stored.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    process = context.Process(
        target=_ingest_in_child, args=(data_dir, folder, failpoint, limits, early)
    )
    process.start()
    return process


def _ingest_in_child(
    data_dir: Path,
    folder: Path,
    failpoint: tuple[str, int] | None,
    limits: Limits | None,
    early: bool,
) -> None:
    if early:
        ingest_job.GROUP_PASSAGES = 1
    if failpoint is not None:
        failpoints.arm(*failpoint)
    with Store(data_dir, limits) as store:
        store.early = at_every_group() if early else store.early
        store.ingest(folder, prune=True)
