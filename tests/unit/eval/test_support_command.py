"""The command around the support checker: corruptions, conditions, held-out figures, its output."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from eval import fitting
from eval.cli import command
from eval.corruptions import (
    Change,
    changed_sentences,
    sentences_of,
    with_names_exchanged,
    with_negation,
    with_other_name,
    with_other_number,
)
from eval.datasets.wice import LabelledClaim, SupportLabel, wice_claims
from eval.fitting import (
    Condition,
    Row,
    all_signs,
    coverage,
    cross_validate,
    evidence_of,
    fit,
    read,
    with_shipped_weights,
)
from eval.metrics.lexical_support import INTERCEPT, WEIGHTS, LexicalSupport
from eval.types import SupportChecker

PROJECT = Path(__file__).parents[3]
WICE = PROJECT.parent / "shared" / "bench" / "wice"
SAMPLE = PROJECT / "ingest" / "sample"
SUPPORTED = 0.5
COPY = 0.9
CLAIMS_EACH = 20


def labelled(number: int, *, supported: bool) -> LabelledClaim:
    said = f"Harbor{number} ferries carried {number + 30} cars across Bay{number}"
    more = (
        "" if supported else f" before Minister{number} closed 9{number} museums in Lisbon{number}"
    )
    return LabelledClaim(
        id=str(number),
        claim=f"{said}{more}.",
        label=SupportLabel.SUPPORTED if supported else SupportLabel.PARTIALLY_SUPPORTED,
        evidence=("A quiet day on the coast.", f"In spring, {said} twice.", "Bees make honey."),
        supporting=((1,), (0, 1)),
    )


CLAIMS = tuple(labelled(n, supported=n % 2 == 0) for n in range(2 * CLAIMS_EACH))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines = [
        json.dumps(
            {
                "claim": each.claim,
                "label": each.label.value,
                "evidence": each.evidence,
                "supporting_sentences": each.supporting,
                "meta": {"id": each.id},
            }
        )
        for each in CLAIMS
    ]
    (tmp_path / "dev_claims.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def test_checker_fits_the_contract() -> None:
    checker: SupportChecker = LexicalSupport()
    assert checker.support("Bees make honey.", ("Bees make honey.",)) == 1.0


def test_conditions_show_one_set_all_marked_or_the_page() -> None:
    claim = CLAIMS[0]
    first, second, _ = claim.evidence
    assert evidence_of(claim, Condition.ONE_SET) == (second,)
    assert evidence_of(claim, Condition.ALL_SETS) == (first, second)
    assert evidence_of(claim, Condition.PAGE) == claim.evidence


def test_claim_without_marked_sentences_has_no_evidence() -> None:
    claim = LabelledClaim("1", "Bees.", SupportLabel.NOT_SUPPORTED, ("A.",), ())
    assert evidence_of(claim, Condition.ONE_SET) == evidence_of(claim, Condition.ALL_SETS) == ()


def test_coverage_by_hand() -> None:
    row = Row("The red fox ran", ("A red fox", "He ran"), None)
    # Words: the, red, fox, ran; all but "the" are held.
    assert coverage(1)(row) == (3 / 4,)
    # Pairs: the red, red fox, fox ran; "red fox" is held.
    assert coverage(2)(row) == (1 / 3,)
    assert coverage(2)(Row("Fox", ("fox",), None)) == (0.0,)


def test_held_out_claims_that_differ_clearly_are_told_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fitting, "REPEATS", 1)
    found = cross_validate(read(CLAIMS), all_signs)
    assert {each.auroc for each in found.values()} == {1.0}
    assert found[Condition.PAGE].claims == len(CLAIMS)


def test_labels_without_meaning_cannot_be_learned(monkeypatch: pytest.MonkeyPatch) -> None:
    # Every claim is alike but for its number: what is held out cannot be told apart.
    monkeypatch.setattr(fitting, "REPEATS", 3)
    alike = tuple(labelled(number, supported=True) for number in range(2 * CLAIMS_EACH))
    read_claims = read(alike)
    shuffled = np.random.default_rng(1).permutation(len(alike)) % 2 == 0
    found = cross_validate(fitting.Claims(shuffled, read_claims.rows), all_signs)
    assert found[Condition.PAGE].auroc == pytest.approx(0.5, abs=0.15)


def test_fit_is_the_same_each_time_and_holds_missing_words_against_a_claim() -> None:
    claims = read(CLAIMS)
    fitted = fit(claims)
    assert fitted == fit(claims)
    assert fitted.weights.missing < 0 < fitted.weights.two_sentences


def test_claims_without_evidence_count_as_unsupported_when_shipped() -> None:
    bare = LabelledClaim("x", "Bees sing.", SupportLabel.NOT_SUPPORTED, ("Fog.",), ())
    found = with_shipped_weights(read((*CLAIMS, bare)), LexicalSupport().support)
    assert found[Condition.ONE_SET].claims == len(CLAIMS) + 1


def test_number_is_changed_once() -> None:
    assert with_other_number("It paid 1,200 in 2015.") == "It paid 1207 in 2015."
    assert with_other_number("It grew 4.5%.") == "It grew 11.5%."
    assert with_other_number("It grew.") is None


def test_name_is_changed_to_one_that_the_sentence_lacks() -> None:
    sentence = "The airline sold ferries to Harbor."
    assert with_other_name(sentence, ["Harbor", "Summit"]) == "The airline sold ferries to Summit."
    assert with_other_name(sentence, ["Harbor"]) is None
    assert with_other_name("It sold ferries.", ["Summit"]) is None


def test_names_are_exchanged_where_one_does_something_to_the_other() -> None:
    assert with_names_exchanged("In May Northwind bought Harbor.") == (
        "In May Harbor bought Northwind."
    )
    assert with_names_exchanged("Today Northwind and Harbor are partners.") is None


def test_negation_is_put_behind_the_auxiliary() -> None:
    assert with_negation("It was sold.") == "It was not sold."
    assert with_negation("It was never sold.") is None
    assert with_negation("It grew.") is None


def test_headings_tables_and_scraps_are_no_sentences() -> None:
    prose = "Northwind Airlines bought forty ferries from Harbor Lines."
    text = f"---\ntitle: X\n---\n\n# Northwind Airlines bought ferries\n\n{prose} Yes.\n\n| a | b |"
    assert sentences_of(text) == [prose]


@pytest.mark.parametrize("change", list(Change))
def test_samples_are_supported_as_they_are_and_not_when_changed(change: Change) -> None:
    checker = LexicalSupport()
    claims = [each for each in changed_sentences(SAMPLE) if each.change is change]
    assert claims
    wrong = [
        each.claim
        for each in claims
        if (checker.support(each.claim, (each.evidence,)) >= COPY) != (change is Change.NONE)
        or (checker.support(each.claim, (each.evidence,)) >= SUPPORTED) != (change is Change.NONE)
    ]
    assert wrong == []


def test_command_prints_held_out_figures_and_weights(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "REPEATS", 1)
    done = CliRunner().invoke(command, ["support", str(folder), "--fit"])
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[0].startswith("Held out")
    assert [line[:20].strip() for line in lines[2:5]] == [
        "one word at a time",
        "two words at a time",
        "support checker",
    ]
    assert "WEIGHTS = Signs(" in lines
    assert lines[-1].startswith("INTERCEPT = ")


def test_folder_without_claims_is_an_error_in_words(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, ["support", str(tmp_path)])
    assert done.exit_code != 0
    assert "dev_claims.jsonl" in done.output


def test_folder_without_sentences_is_an_error_in_words(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "REPEATS", 1)
    empty = tmp_path / "empty"
    empty.mkdir()
    done = CliRunner().invoke(command, ["support", str(folder), "--changed", str(empty)])
    assert done.exit_code != 0
    assert "no Markdown file with sentences" in done.output


@pytest.mark.slow
@pytest.mark.skipif(not WICE.is_dir(), reason="the benchmarks are not beside this checkout")
def test_shipped_weights_are_those_that_the_claims_give() -> None:
    fitted = fit(read(wice_claims(WICE)))
    assert fitted.weights == WEIGHTS
    assert fitted.intercept == INTERCEPT
