"""The command around the verifier: reading written claims, making trials, counting, its output."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.answering.verification.verify import verify
from app.reading.lexical import LexicalReader
from eval.cli import command
from eval.datasets.written_claims import HELD_OUT, SEEN, read_written_claims
from eval.errors import DatasetError
from eval.verifying import Trial, outcomes, trials_of, written_trials

RGB_LINE = (
    '{"id": 1, "query": "Who?", "answer": "Ann", "fakeanswer": "Ben", '
    '"positive": ["Ann Moor won the race in Oslo."], '
    '"positive_wrong": ["Ben Hale won the race in Oslo."], "negative": []}'
)


def test_written_claims_quote_the_sample_corpus_word_for_word(repo_root: Path) -> None:
    files = sorted((repo_root / "ingest" / "sample").glob("*.md"))
    corpus = " ".join(" ".join(path.read_text().split()) for path in files)
    corpus = corpus.replace("**", "").replace("*", "")
    invented = {"invented-companies", "invented-agencies", "invented-contracts", "foreign"}
    for folder in (SEEN, HELD_OUT):
        for name, blocks in read_written_claims(folder).items():
            for block in blocks:
                for quote in block.quotes:
                    assert name in invented or quote.rstrip(".") in corpus, quote


def test_no_claim_is_both_seen_and_held_out() -> None:
    def claims(folder: Path) -> set[str]:
        return {
            claim
            for blocks in read_written_claims(folder).values()
            for block in blocks
            for claims in (*block.correct.values(), *block.corrupted.values())
            for claim in claims
        }

    assert not claims(SEEN) & claims(HELD_OUT)
    assert claims(HELD_OUT)


def test_numbers_and_names_are_caught_whatever_the_reader_says() -> None:
    trials = list(written_trials(HELD_OUT))
    found = outcomes(trials, partial(verify, support=lambda claim, quotes, **_: 1.0))
    facts = [each for each in found if each.kind in {"number", "unit", "date", "name"}]
    assert [each.wrong for each in facts] == [()] * 4
    assert [each.wrong for each in found if each.is_correct] == [()] * 6


def test_right_claims_are_also_put_beside_other_sentences(tmp_path: Path) -> None:
    block = '[[evidence]]\nquotes = ["{0}"]\ncorrect.plain = ["{0}"]\n'
    (tmp_path / "a.toml").write_text(block.format("Bees buzz.") + block.format("Ants walk."))
    (tmp_path / "b.toml").write_text(block.format("Cows moo."))
    found = list(written_trials(tmp_path))
    assert Trial("Bees buzz.", ("Ants walk.",), "neighbour cited", is_correct=False) in found
    assert Trial("Bees buzz.", ("Cows moo.",), "other source cited", is_correct=False) in found
    assert [each.kind for each in found if each.claim == "Cows moo."] == [
        "plain",
        "other source cited",
    ]


def test_outcomes_count_refused_right_and_passed_wrong_claims() -> None:
    trials = [
        Trial("a", ("x",), "plain", is_correct=True),
        Trial("b", ("x",), "plain", is_correct=True),
        Trial("a", ("x",), "number", is_correct=False),
    ]
    right, wrong = outcomes(trials, lambda claim, _: [] if claim == "a" else ["no"])
    assert (right.kind, right.trials, right.wrong) == ("plain", 2, (trials[1],))
    assert (wrong.kind, wrong.trials, wrong.wrong) == ("number", 1, (trials[2],))


def test_falsified_snippets_cite_the_true_ones(tmp_path: Path) -> None:
    (tmp_path / "en_fact.jsonl").write_text(RGB_LINE + "\n")
    true, false = trials_of(tmp_path)
    assert true.is_correct
    assert true.claim == true.quotes[0]
    assert not false.is_correct
    assert false.claim.startswith("Ben Hale")
    assert false.quotes == true.quotes


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[evidence]]\nquotes = []\n", "quotes"),
        ('[[evidence]]\nquotes = ["A."]\nwrong.number = ["B."]\n', "wrong"),
        ("quotes = [", "no claims that can be read"),
    ],
)
def test_broken_files_are_named(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "broken.toml").write_text(text)
    with pytest.raises(DatasetError, match=reason) as raised:
        read_written_claims(tmp_path)
    assert "broken.toml" in str(raised.value)


def test_a_folder_of_nothing_known_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["verifier", str(tmp_path)])
    assert result.exit_code == 2
    assert "holds neither" in result.output


def test_the_table_names_kinds_and_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.reading.build.build_reader", LexicalReader)
    result = CliRunner().invoke(command, ["verifier"])
    assert result.exit_code == 0
    assert "Written claims, seen: right" in result.output
    assert "Written claims, held out: corrupted" in result.output
    assert "neighbour cited" in result.output
