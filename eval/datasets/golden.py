"""The golden set: our own questions over our own sample texts. Ships with the project."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from eval.datasets.case_format import read_cases
from eval.types import Dataset

GOLDEN = "golden"
"""The name by which `open_dataset` knows it."""


def read_golden() -> Dataset:
    """The golden set, over the files of `ingest/sample`.

    Raises:
        DatasetError: If the installation is broken.
    """
    cases = Path(str(resources.files("eval.datasets"))) / GOLDEN / "cases.jsonl"
    samples = Path(str(resources.files("ingest"))) / "sample"
    files = tuple(str(path) for path in sorted(samples.glob("*.md")))
    return Dataset(GOLDEN, read_cases(cases), files=files)
