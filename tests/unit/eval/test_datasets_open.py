from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.datasets.open import BY_FIELDS, fingerprint, open_dataset, spread
from eval.errors import DatasetError
from eval.types import Case, Dataset, SourceText

DATASET = Dataset("d", (Case("a", "x"), Case("b", "y")), corpus=(SourceText("s", "t", "u"),))


def own_folder(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"id": f"c{n}", "question": "x"}) for n in range(10)]
    (folder / "cases.jsonl").write_text("\n".join(lines))
    (folder / "sources").mkdir()
    (folder / "sources" / "note.md").write_text("# A note")
    return folder


def test_golden_is_known_by_its_name() -> None:
    dataset = open_dataset("golden")
    assert dataset.name == "golden"
    assert all(Path(path).is_file() for path in dataset.files)


def test_a_folder_of_cases_brings_the_files_beside_them(tmp_path: Path) -> None:
    dataset = open_dataset(str(own_folder(tmp_path / "ours")))
    assert dataset.name == "ours"
    assert len(dataset.cases) == 10
    assert dataset.files == (str(tmp_path / "ours" / "sources" / "note.md"),)


def test_a_file_of_cases_brings_none(tmp_path: Path) -> None:
    dataset = open_dataset(str(own_folder(tmp_path) / "cases.jsonl"))
    assert (dataset.name, dataset.files, dataset.corpus) == ("cases", (), ())


def test_a_list_of_questions_is_told_by_its_fields(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"type": "fact", "question": "x", "must": [["y"]], "evidence": []}')
    assert open_dataset(str(path)).cases[0].facts == (("y",),)


def test_a_folder_without_a_benchmarks_fields_is_beir(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text('{"_id": "d", "text": "words"}')
    (tmp_path / "queries.jsonl").write_text('{"_id": "q", "text": "x", "metadata": {}}')
    (tmp_path / "qrels.tsv").write_text("q\td\t1")
    assert open_dataset(str(tmp_path)).cases == (Case("q", "x", relevant={"d": 1}),)


def test_no_benchmarks_fields_hide_anothers() -> None:
    kinds = list(BY_FIELDS)
    assert not any(one < other for one in kinds for other in kinds)


def test_an_unknown_folder_says_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"holds none of cases\.jsonl, queries\.jsonl, tasks"):
        open_dataset(str(tmp_path))


def test_a_folder_of_claims_has_no_questions(tmp_path: Path) -> None:
    (tmp_path / "dev_claims.jsonl").write_text("{}")
    with pytest.raises(DatasetError, match="holds claims for the support checker, no questions"):
        open_dataset(str(tmp_path))


def test_hidden_files_are_no_sources(tmp_path: Path) -> None:
    (own_folder(tmp_path) / "sources" / ".DS_Store").write_bytes(b"x")
    assert [Path(path).name for path in open_dataset(str(tmp_path)).files] == ["note.md"]


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("golden2", "There is no dataset 'golden2': neither \"golden\" nor a path."),
        ("{folder}/a.txt", "is not a dataset: name a folder, or a .jsonl file of cases."),
        ("{folder}/empty.jsonl", "is empty."),
    ],
)
def test_what_is_no_dataset_is_refused(tmp_path: Path, name: str, complaint: str) -> None:
    for file in ("a.txt", "empty.jsonl"):
        (tmp_path / file).write_text("")
    with pytest.raises(DatasetError) as caught:
        open_dataset(name.format(folder=tmp_path))
    assert str(caught.value).endswith(complaint)


def test_a_limit_spreads_evenly_and_keeps_the_files(tmp_path: Path) -> None:
    dataset = open_dataset(str(own_folder(tmp_path)), limit=4)
    # Ten cases in four stretches of 2.5; their middles are 1.25, 3.75, 6.25 and 8.75.
    assert [case.id for case in dataset.cases] == ["c1", "c3", "c6", "c8"]
    assert len(dataset.files) == 1


def test_a_limit_below_one_is_refused() -> None:
    with pytest.raises(DatasetError, match="A limit of 0 leaves no case"):
        open_dataset("golden", limit=0)


@given(st.integers(0, 200), st.integers(1, 200))
def test_a_spread_is_ordered_distinct_and_even(count: int, limit: int) -> None:
    chosen = spread(range(count), limit)
    assert len(chosen) == min(count, limit)
    assert list(chosen) == sorted(set(chosen))
    gaps = [later - earlier for earlier, later in zip(chosen, chosen[1:], strict=False)]
    assert not gaps or max(gaps) - min(gaps) <= 1


def test_the_same_content_has_the_same_fingerprint(tmp_path: Path) -> None:
    here = open_dataset(str(own_folder(tmp_path / "here")))
    there = open_dataset(str(own_folder(tmp_path / "there")))
    assert fingerprint(here) == fingerprint(there)
    assert fingerprint(replace(DATASET, name="other")) == fingerprint(DATASET)
    noted = (Case("a", "x", notes="seen"), Case("b", "y"))
    assert fingerprint(replace(DATASET, cases=noted)) == fingerprint(DATASET)


def test_other_content_has_another_fingerprint(tmp_path: Path) -> None:
    folder = own_folder(tmp_path)
    before = open_dataset(str(folder))
    prints = {
        fingerprint(DATASET),
        fingerprint(replace(DATASET, cases=DATASET.cases[:1])),
        fingerprint(replace(DATASET, cases=DATASET.cases[::-1])),
        fingerprint(replace(DATASET, cases=(Case("a", "x", forbidden=("z",)), Case("b", "y")))),
        fingerprint(replace(DATASET, corpus=())),
        fingerprint(replace(DATASET, corpus=(SourceText("s", "tu", ""),))),
        fingerprint(before),
    }
    (folder / "sources" / "note.md").write_text("# Another note")
    prints.add(fingerprint(before))
    assert len(prints) == 8


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    dataset = open_dataset(str(own_folder(tmp_path)))
    (tmp_path / "sources" / "note.md").unlink()
    with pytest.raises(DatasetError, match=r"note\.md cannot be read: No such file"):
        fingerprint(dataset)
