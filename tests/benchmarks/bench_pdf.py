"""PDF reading against independent engines: words, sentences, speed.

    python -m tests.benchmarks.bench_pdf [FOLDER] [--every 4] [--json] [--worst 0]

Every so-manieth page of each PDF file in FOLDER (by default the filings of ../shared/bench/sec10q)
is read by three engines that share no code: pdfium with our layout, pypdf, and pdfplumber, which
is pdfminer and a layout step of its own (`pip install pdfplumber`; it is no dependency of Accord).

- words: share of a page's words, as the better of pypdf and pdfplumber has them, that ours has.
  Hyphens are taken out on all sides, so that a word cut at a line's end is no difference.
- added: share of our words that neither has; heads repeated in rows of tables are not counted.
- torn: share of the sentences that both other engines have in one piece, and ours has not.
- ragged: share of our own paragraphs of prose that begin in lower case, as the rest of a torn one
  does (and a few names and items of lists).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

FILINGS = Path(__file__).resolve().parents[3] / "shared" / "bench" / "sec10q" / "pdfs"

_WORD = re.compile(r"[^\W_]+")
_SENTENCE = re.compile(r"(?<=[.!?] )[A-Z][^.!?]{40,500}[a-z]{2}\.(?= [A-Z])")
_NAME = re.compile(r"(?<=\| )[^|]+?: (?=[^|])")


@dataclass(slots=True)
class Tally:
    """Counts over pages."""

    pages: int = 0
    words: int = 0
    found: int = 0
    ours: int = 0
    added: int = 0
    sentences: int = 0
    torn: int = 0
    prose: int = 0
    ragged: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        """Sum up."""
        for name, value in asdict(other).items():
            if name != "seconds":
                setattr(self, name, getattr(self, name) + value)
        for name, seconds in other.seconds.items():
            self.seconds[name] = self.seconds.get(name, 0.0) + seconds

    def as_json(self) -> dict[str, Any]:
        """Shares and seconds."""
        return {
            "pages": self.pages,
            "words": round(self.found / max(1, self.words), 5),
            "added": round(self.added / max(1, self.ours), 5),
            "torn": round(self.torn / max(1, self.sentences), 5),
            "ragged": round(self.ragged / max(1, self.prose), 5),
            "sentences": self.sentences,
            "seconds_per_100_pages": {
                name: round(100 * seconds / self.pages, 2) for name, seconds in self.seconds.items()
            },
        }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path, nargs="?", default=FILINGS)
    parser.add_argument("--every", type=int, default=4, help="one page of so many is compared")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--worst", type=int, default=0, help="so many differences a file are shown")
    arguments = parser.parse_args()
    total = Tally()
    rows: dict[str, dict[str, Any]] = {}
    for path in sorted(arguments.folder.glob("*.pdf")):
        tally = measure(path, arguments.every, arguments.worst)
        total.add(tally)
        rows[path.name] = tally.as_json()
    rows["all"] = total.as_json()
    if arguments.json:
        print(json.dumps(rows, indent=2))
        return
    print("| file | pages | words | added | torn | ragged | s/100 pages: ours, pypdf, pdfplumber |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, row in rows.items():
        seconds = row["seconds_per_100_pages"]
        print(
            f"| {name} | {row['pages']} | {row['words']:.2%} | {row['added']:.2%} "
            f"| {row['torn']:.2%} of {row['sentences']} | {row['ragged']:.2%} "
            f"| {seconds['ours']}, {seconds['pypdf']}, {seconds['pdfplumber']} |"
        )


def measure(path: Path, every: int, worst: int) -> Tally:
    """Compare one file."""
    from ingest.loaders import pdf
    from ingest.loaders.limits import LoadLimits

    content = path.read_bytes()
    tally = Tally()
    started = time.process_time()
    text = pdf.parse(content, LoadLimits()).text
    spent = time.process_time() - started
    pages = text.split("\f")
    chosen = range(0, len(pages), every)
    tally.seconds["ours"] = spent * len(chosen) / len(pages)
    tally.pages = len(chosen)
    others = [_timed(engine, content, chosen, tally) for engine in ENGINES]
    for index, *texts in zip(chosen, *others, strict=True):
        _compare_words(_plain(pages[index]), texts, tally, path, index, worst)
        _compare_sentences(_letters(_plain(pages[index])), texts, tally, path, index, worst)
    _count_ragged(text, tally, path, worst)
    return tally


def _timed(engine: str, content: bytes, chosen: range, tally: Tally) -> list[str]:
    started = time.process_time()
    texts = list(ENGINES[engine](content, chosen))
    tally.seconds[engine] = time.process_time() - started
    return texts


def _pypdf(content: bytes, chosen: range) -> Iterator[str]:
    from pypdf import PdfReader, apply_configuration

    with apply_configuration(array_maximum_element_count=1_000_000):
        reader = PdfReader(BytesIO(content))
        for index in chosen:
            yield reader.pages[index].extract_text()


def _pdfplumber(content: bytes, chosen: range) -> Iterator[str]:
    try:
        import pdfplumber
    except ImportError:
        sys.exit("This compares with pdfplumber: pip install pdfplumber")
    with pdfplumber.open(BytesIO(content)) as document:
        for index in chosen:
            page = document.pages[index]
            yield page.extract_text(x_tolerance_ratio=0.15) or ""
            page.close()


ENGINES = {"pypdf": _pypdf, "pdfplumber": _pdfplumber}


def _plain(markdown: str) -> str:
    """Words of our text as they stand on the page: heads once, no marks."""
    from ingest.cleaning.inline import plain

    lines = []
    names: set[str] = set()
    for line in markdown.split("\n"):
        if line.startswith("|"):
            for name in _NAME.findall(line):
                if name in names:
                    line = line.replace(name, "", 1)
                names.add(name)
        else:
            names.clear()
        lines.append(plain(re.sub(r"\[\^([^\]]+)\]", r" \1 ", line)))
    return "\n".join(lines)


def _words(text: str) -> Counter[str]:
    text = re.sub(r"[-\u00ad\u2010]\s*", "", text.casefold())
    return Counter(_WORD.findall(text))


def _compare_words(
    mine: str, texts: list[str], tally: Tally, path: Path, index: int, worst: int
) -> None:
    ours = _words(mine)
    others = [_words(text) for text in texts]
    shares = [(ours & other).total() / max(1, other.total()) for other in others]
    best = others[shares.index(max(shares))]
    union = others[0] | others[1]
    tally.words += best.total()
    tally.found += (ours & best).total()
    tally.ours += ours.total()
    tally.added += (ours - union).total()
    if worst and (best - ours).total() > 2:
        print(path.name, index + 1, "missing", list((best - ours).elements())[:worst])
        print("    ours instead", list((ours - best).elements())[:worst])


def _letters(text: str) -> str:
    return "".join(_WORD.findall(text.casefold()))


def _compare_sentences(
    mine: str, texts: list[str], tally: Tally, path: Path, index: int, worst: int
) -> None:
    """Sentences of the second engine that the first one has in one piece too."""
    first = _letters(texts[0])
    for sentence in _SENTENCE.findall(" ".join(texts[1].split())):
        letters = _letters(sentence)
        digits = sum(character.isdigit() for character in letters)
        if letters not in first or digits > 0.1 * len(letters):
            continue
        tally.sentences += 1
        if letters not in mine:
            tally.torn += 1
            if worst:
                print(path.name, index + 1, "torn:", sentence)


def _count_ragged(text: str, tally: Tally, path: Path, worst: int) -> None:
    from ingest.cleaning.clean import clean
    from vectorstore.types import SentenceKind

    for block in clean(text).blocks:
        if block.kind is SentenceKind.PROSE and not block.whole:
            tally.prose += 1
            if block.text[:1].islower():
                tally.ragged += 1
                if worst:
                    print(
                        path.name, block.page, "ragged:", block.text[:80], "...", block.text[-80:]
                    )


if __name__ == "__main__":
    main()
