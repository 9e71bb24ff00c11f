"""How fast and how large the store is: `python tests/benchmarks/bench_store.py 1000 10000 100000`.

Synthetic passages: words drawn by Zipf's law, unit vectors in clusters, ten passages a document,
six sentences a passage. Each size is built and then served in a process of its own, so that peak
memory is that of the one task. A search is what one question costs beyond embedding it: dense and
lexical candidates, both scores of all of them, and text and sentences of the best passages.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from vectorstore.catalog import Catalog  # noqa: E402
from vectorstore.config import StoreSettings  # noqa: E402
from vectorstore.embedding.weights import locate  # noqa: E402
from vectorstore.generations import Generations  # noqa: E402
from vectorstore.live import LiveIndex  # noqa: E402
from vectorstore.retrieval import CANDIDATES, opened, rank  # noqa: E402
from vectorstore.staging import NewVersion  # noqa: E402
from vectorstore.types import (  # noqa: E402
    Document,
    FloatMatrix,
    FloatVector,
    Metadata,
    Passage,
    PreparedDocument,
    Sentence,
    document_id,
    passage_id,
)

DIMENSION = 384
PASSAGES_PER_DOCUMENT = 10
SENTENCES_PER_PASSAGE = 6
WORDS_PER_SENTENCE = 18
VOCABULARY = 50_000
ZIPF_EXPONENT = 1.07
PASSAGES_PER_CLUSTER = 50
CLUSTER_SPREAD = 0.9  # neighbours within a cluster have a cosine of about 0.55
FETCHED = 15  # passages whose sentences are read: the best 12 and those that follow the best 3
NUM_QUERIES = 300
STAGED_AT_ONCE = 20  # documents


def main(arguments: list[str]) -> None:
    """Build and serve each size; print one row each."""
    if arguments[:1] == ["build"]:
        print(json.dumps(build(Path(arguments[1]), int(arguments[2]))))
        return
    if arguments[:1] == ["serve"]:
        print(json.dumps(serve(Path(arguments[1]))))
        return
    print(
        "| passages | stage /s | publish /s | peak MB build | disk MB | open s | peak MB serve "
        "| p50 ms | p95 ms | rank | read | recall@10 |"
    )
    print("|" + " --- |" * 12)
    for size in map(int, arguments or ["1000", "10000"]):
        with tempfile.TemporaryDirectory() as directory:
            built = _in_process("build", directory, str(size))
            served = _in_process("serve", directory)
            row = [size, *built.values(), *served.values()]
            print("| " + " | ".join(map(str, row)) + " |", flush=True)


def build(data_dir: Path, size: int) -> dict[str, float]:
    """Stage and publish; rates and peak memory."""
    settings = StoreSettings(data_dir)
    catalog = Catalog(settings.catalog_url)
    keys, staging_s = stage(catalog, size)
    clock = time.perf_counter()
    Generations(catalog, settings).publish(keys)
    publishing_s = time.perf_counter() - clock
    catalog.close()
    used = sum(path.stat().st_size for path in data_dir.rglob("*") if path.is_file())
    return {
        "stage": round(size / staging_s),
        "publish": round(size / publishing_s),
        "peak": _peak_mb(),
        "disk": round(used / 1e6),
    }


def stage(catalog: Catalog, size: int) -> tuple[dict[str, int], float]:
    """Store synthetic documents; their keys, and the seconds without making them up."""
    rng = np.random.default_rng(7)
    keys: dict[str, int] = {}
    started = time.perf_counter()
    making = 0.0
    num_documents = size // PASSAGES_PER_DOCUMENT
    for at in range(0, num_documents, STAGED_AT_ONCE):
        clock = time.perf_counter()
        group = [_document(n, rng) for n in range(at, min(at + STAGED_AT_ONCE, num_documents))]
        making += time.perf_counter() - clock
        staged = catalog.stage(group)
        keys |= {new.prepared.document.id: key for new, key in zip(group, staged, strict=True)}
    return keys, time.perf_counter() - started - making


def serve(data_dir: Path) -> dict[str, float]:
    """Open, search, measure."""
    settings = StoreSettings(data_dir)
    started = time.perf_counter()
    catalog = Catalog(settings.catalog_url)
    live = LiveIndex(catalog, settings)
    with live.generation() as generation:
        ids = generation.reader.passage_ids()
        probe = generation.reader.passage_vectors(ids[:1])[1][0]
        generation.vectors.search(probe, limit=CANDIDATES)
    opening_s = time.perf_counter() - started
    rng = np.random.default_rng(11)
    chosen = [ids[n] for n in rng.integers(0, len(ids), size=NUM_QUERIES)]
    with catalog.read() as reader:
        matrix = reader.passage_vectors(sorted(set(chosen)))
        texts = {stored.passage.id: stored.text for stored in reader.passages(chosen)}
    vectors = dict(zip(matrix[0], matrix[1], strict=True))
    del ids
    timings = []
    for passage in chosen:
        noise = rng.normal(size=DIMENSION) / np.sqrt(DIMENSION)
        query = _unit((vectors[passage] + 0.5 * noise)[np.newaxis])[0]
        words = " ".join(texts[passage].split()[3:11])
        timings.append(_search(live, query, words))
    peak = _peak_mb()
    total, ranking, reading = (np.asarray(t) * 1e3 for t in zip(*timings, strict=True))
    measured = {
        "open": round(opening_s, 2),
        "peak": peak,
        "p50": round(float(np.percentile(total, 50)), 1),
        "p95": round(float(np.percentile(total, 95)), 1),
        "rank": round(float(np.median(ranking)), 1),
        "read": round(float(np.median(reading)), 1),
        "recall": _recall(live, catalog, rng),
    }
    live.close()
    catalog.close()
    return measured


def _search(live: LiveIndex, query: FloatVector, words: str) -> tuple[float, float, float]:
    """Seconds in all, for ranking, and for reading the best passages and their sentences."""
    start = time.perf_counter()
    with live.generation() as generation:
        ranking = rank(generation, words, query)
        ranked = time.perf_counter()
        best = opened(generation.reader, [ranking], ranking.fused, limit=FETCHED)
        sentences = generation.reader.sentences([scored.passage.id for scored in best])
    end = time.perf_counter()
    assert len(best) == len(sentences) == FETCHED
    return end - start, ranked - start, end - ranked


def _recall(live: LiveIndex, catalog: Catalog, rng: np.random.Generator) -> float:
    """Share of the true ten nearest that the index finds, for passages with noise as queries."""
    with live.generation() as generation:
        ids = generation.reader.passage_ids()
        names, matrix = generation.reader.passage_vectors(ids)
        found, wanted = 0, 0
        for n in rng.integers(0, len(names), size=100):
            noise = rng.normal(size=DIMENSION) / np.sqrt(DIMENSION)
            query = _unit((matrix[n] + 0.5 * noise)[np.newaxis])[0]
            true = {names[i] for i in np.argpartition(-(matrix @ query), 10)[:10]}
            got = {name for name, _ in generation.vectors.search(query, limit=CANDIDATES)[:10]}
            found += len(true & got)
            wanted += 10
    return round(found / wanted, 3)


def _document(number: int, rng: np.random.Generator) -> NewVersion:
    sentences: list[Sentence] = []
    passages: list[Passage] = []
    uri = f"/synthetic/{number:06d}.md"
    name, version = document_id(uri), f"{number:064x}"
    text = ""
    for ordinal in range(PASSAGES_PER_DOCUMENT):
        first = len(sentences)
        for _ in range(SENTENCES_PER_PASSAGE):
            ranks = rng.zipf(ZIPF_EXPONENT, size=WORDS_PER_SENTENCE) % VOCABULARY
            start = len(text)
            text += " ".join(f"w{rank}" for rank in ranks) + "."
            sentences.append(Sentence(len(sentences), start, len(text), paragraph=ordinal))
            text += " "
        passages.append(
            Passage(
                passage_id(name, version, ordinal),
                name,
                version,
                ordinal,
                sentences[first].start,
                sentences[-1].end,
                ("Part", f"Section {ordinal}"),
                first,
                len(sentences) - 1,
            )
        )
    document = Document(name, uri, version, text, Metadata(f"Synthetic document {number}"))
    vectors = _clustered(number, rng)
    return NewVersion(
        PreparedDocument(document, tuple(sentences), tuple(passages)),
        vectors,
        version,
        "bench",
        locate().fingerprint,  # as if by the model, so that it may ingest beside them
    )


def _clustered(number: int, rng: np.random.Generator) -> FloatMatrix:
    cluster = number * PASSAGES_PER_DOCUMENT // PASSAGES_PER_CLUSTER
    centre = _unit(np.random.default_rng(1_000_000 + cluster).normal(size=(1, DIMENSION)))
    noise = rng.normal(size=(PASSAGES_PER_DOCUMENT, DIMENSION)) / np.sqrt(DIMENSION)
    return _unit(centre + CLUSTER_SPREAD * noise)


def _unit(matrix: FloatMatrix) -> FloatMatrix:
    unit: FloatMatrix = (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _in_process(*arguments: str) -> dict[str, float]:
    command = [sys.executable, str(Path(__file__).resolve()), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main(sys.argv[1:])
