"""Which reader is built, what the fallback makes of words, and what logits become."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from app.reading.build import build_reader
from app.reading.calibration import Calibration
from app.reading.lexical import LexicalReader
from app.reading.protocol import ReadPassage

MILL = ReadPassage("The mill", ("The mill opened in 1921.", "Ada Lund runs it.", "It rains."))


def test_without_weights_words_are_counted_and_a_warning_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        reader = build_reader(path=tmp_path / "gone.npz")
    assert isinstance(reader, LexicalReader)
    (record,) = caplog.records
    assert "weights are not installed (gone.npz)" in record.getMessage()


def test_the_lexical_reader_finds_the_sentence_that_shares_the_question_s_words() -> None:
    (reading,) = LexicalReader().read("Who runs the mill? Ada Lund?", [MILL])
    assert max(reading.sentences) == reading.answers == reading.sentences[1]
    assert reading.sentences[2] < reading.sentences[0] < reading.sentences[1]


def test_a_passage_without_sentences_answers_nothing() -> None:
    assert LexicalReader().read("Who?", [ReadPassage("T", ())])[0].answers == 0


@pytest.mark.parametrize(
    ("claim", "is_supported"),
    [
        ("The mill opened in 1921.", True),
        ("In 1921 the mill opened.", True),
        ("The mill opened in 1931.", False),
        ("The mill has not opened in 1921.", False),
        ("", False),
    ],
)
def test_the_lexical_reader_supports_what_is_said_in_the_same_words(
    claim: str, is_supported: bool
) -> None:
    chance = LexicalReader().support(claim, ["The mill opened in 1921."])
    assert (chance >= 0.8) is is_supported


def test_only_a_turn_of_hardly_any_words_depends_on_those_before_it() -> None:
    reader = LexicalReader()
    assert reader.depends("And why?", ["Who runs the mill?"]) == 1
    assert reader.depends("And why?", []) == 0
    assert reader.depends("Who pays the miller?", ["Who runs the mill?"]) == 0


def test_a_calibrated_chance_rises_with_the_logit_and_stays_a_chance() -> None:
    line = Calibration(slope=2.0, offset=-1.0)
    assert line.chance(0.5) == pytest.approx(0.5)
    assert line.chance(-1e9) < line.chance(0.0) < line.chance(1.0) < line.chance(1e9) <= 1.0
    assert line.chance(float("-inf")) >= 0.0
