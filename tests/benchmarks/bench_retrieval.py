"""nDCG@10 and Recall@5 of the product's own retrieval on BEIR folders, follow-ups included.

    python -m tests.benchmarks.bench_retrieval FOLDER…

A folder has corpus.jsonl, queries.jsonl and qrels.tsv. Each document becomes a file, the files are
ingested as a user's would be, and the best passage of a document counts. Queries that carry a
`conversation` are asked as follow-ups: last turn alone, and condensed with its conversation.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

import yaml

from app.answering.condense import Condensed, condense
from app.answering.search import shares
from app.answering.service import TURNS_READ
from app.bootstrap import embedding_settings, store_settings
from app.settings import Settings
from app.types import Message
from ingest.config import IngestOptions
from ingest.job import IngestJob
from vectorstore.catalog import Catalog
from vectorstore.embedding.build import build_embedder
from vectorstore.fusion import weighted_sum
from vectorstore.generations import Generations
from vectorstore.live import LiveGeneration, LiveIndex
from vectorstore.protocols import Embedder
from vectorstore.retrieval import rank

CUTOFF = 10
RECALL_AT = 5


def main() -> None:
    """One line a folder."""
    for folder in map(Path, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as scratch:
            measure(folder, Path(scratch))


def measure(folder: Path, scratch: Path) -> None:
    """Ingest one corpus and ask its queries."""
    settings = Settings(data_dir=scratch / "data")
    store = store_settings(settings)
    embedder = build_embedder(
        embedding_settings(settings), data_dir=settings.data_dir, purpose="ingest"
    )
    names = write_files(read(folder / "corpus.jsonl"), scratch / "files")
    catalog = Catalog(store.catalog_url)
    job = IngestJob(
        catalog, Generations(catalog, store), store.lock_path, embedder, IngestOptions()
    )
    report = job.run([str(scratch / "files")])
    live = LiveIndex(catalog, store)
    with live.generation() as generation:
        of = {each.id: names[Path(each.uri).name] for each in generation.reader.documents()}
        rows = [
            scores(query, relevant, of, generation, embedder) for query, relevant in judged(folder)
        ]
    live.close()
    print(f"{folder.name:20} {len(rows):5} queries, {report.passages} passages", end="")
    for label in ("alone", "condensed"):
        if found := [row[label] for row in rows if label in row]:
            first, second = mean(each[0] for each in found), mean(each[1] for each in found)
            print(f"   {label}: nDCG@10 {first:.3f}  Recall@5 {second:.3f}", end="")
    print(flush=True)


def scores(
    query: dict[str, Any],
    relevant: Mapping[str, int],
    of: Mapping[str, str],
    generation: LiveGeneration,
    embedder: Embedder,
) -> dict[str, tuple[float, float]]:
    """nDCG@10 and Recall@5 of one query, alone and (where it has one) with its conversation."""
    turns = query.get("conversation") or []
    history = [Message(turn["role"], turn["content"]) for turn in turns[:-1]]
    asked = {"alone": condense(query["text"], [])}
    if turns:
        asked["condensed"] = condense(query["text"], history[-TURNS_READ:])
    found = {}
    for label, condensed in asked.items():
        ranking = documents(condensed, of, generation, embedder)
        found[label] = (ndcg(ranking, relevant), recall(ranking, relevant))
    return found


def documents(
    condensed: Condensed,
    of: Mapping[str, str],
    generation: LiveGeneration,
    embedder: Embedder,
) -> list[str]:
    """Documents by their best passage."""
    texts = (condensed.text, *condensed.backgrounds)
    rankings = [
        rank(generation, text, vector)
        for text, vector in zip(texts, embedder.embed(texts), strict=True)
    ]
    best: dict[str, float] = {}
    total = weighted_sum([r.fused for r in rankings], shares(condensed, rankings))
    for passage, score in total.items():
        document = of[passage.split(":")[0]]
        best[document] = max(score, best.get(document, 0.0))
    return sorted(best, key=lambda name: (-best[name], name))


def ndcg(ranking: Sequence[str], relevant: Mapping[str, int]) -> float:
    """Linear gain, cut at 10."""
    gains = [relevant.get(name, 0) for name in ranking[:CUTOFF]]
    ideal = sorted(relevant.values(), reverse=True)[:CUTOFF]
    return discounted(gains) / discounted(ideal)


def discounted(gains: Sequence[int]) -> float:
    """Sum of gains, each divided by the logarithm of its place."""
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def recall(ranking: Sequence[str], relevant: Mapping[str, int]) -> float:
    """Share of the relevant documents among the first five."""
    wanted = {name for name, grade in relevant.items() if grade > 0}
    return len(wanted & set(ranking[:RECALL_AT])) / len(wanted)


def judged(folder: Path) -> list[tuple[dict[str, Any], dict[str, int]]]:
    """Queries that have a relevant document."""
    grades: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text().splitlines()[1:]:
        query, document, grade = line.split("\t")
        grades.setdefault(query, {})[document] = int(grade)
    return [
        (query, grades[query["_id"]])
        for query in read(folder / "queries.jsonl")
        if any(grades.get(query["_id"], {}).values())
    ]


def read(path: Path) -> list[dict[str, Any]]:
    """The records of a JSONL file."""
    with path.open() as lines:
        return [json.loads(line) for line in lines]


def write_files(corpus: Sequence[dict[str, Any]], folder: Path) -> dict[str, str]:
    """One Markdown file a document, its title in front matter; gives document ids by file name."""
    folder.mkdir()
    names = {}
    for number, document in enumerate(corpus):
        title = document.get("title") or document["text"].split("\n")[0][:80]
        name = f"{number:05d}.md"
        head = yaml.safe_dump({"title": title}, allow_unicode=True)
        (folder / name).write_text(f"---\n{head}---\n\n{document['text']}")
        names[name] = document["_id"]
    return names


if __name__ == "__main__":
    main()
