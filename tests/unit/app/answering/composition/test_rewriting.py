from __future__ import annotations

import pytest

from app.answering.composition.rewriting import rewritten
from app.types import Message

HISTORY = (
    Message("user", "When was Haven announced?"),
    Message("assistant", "Haven was announced on 30 January 2018 by Amazon and JPMorgan."),
)


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("When did it close?", "When did Haven close?"),
        ("When did it close?", '"When did Haven close?"\n'),
        ("And what about Amazon?", "What did Amazon contribute to Haven?"),
        ("Why not in 2018?", "Why was Haven not closed in 2018?"),
        ("who led it", "Who led Haven"),
        ("When was Haven announced?", "When was Haven announced?"),
        ("When did it close?", "<think>It is Haven.\nYes.</think>\nWhen did Haven close?"),
    ],
)
def test_a_rewrite_that_says_what_was_left_out_is_taken(question: str, reply: str) -> None:
    expected = reply.rpartition("</think>")[2].strip().strip('"')
    assert rewritten(reply, question, HISTORY) == expected


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        pytest.param("When did it close?", "", id="empty"),
        pytest.param("When did it close?", "Haven closed in 2021.", id="an answer"),
        pytest.param("When did it close?", "Here it is:\nWhen did Haven close?", id="two lines"),
        pytest.param("When did Haven close?", "When did it close?", id="loses a name"),
        pytest.param("What happened in 2018?", "What happened to Haven?", id="loses a number"),
        pytest.param("When did it close?", "When did Walgreens close?", id="brings a name"),
        pytest.param("When did it close?", "When did Haven close in 2024?", id="brings a number"),
        pytest.param("Why did it not work?", "Why did Haven work?", id="loses a not"),
        pytest.param("Why did it work?", "Why did Haven not work?", id="brings a not"),
        pytest.param("When did it close?", f"When did Haven {'very ' * 200}close?", id="too long"),
        pytest.param("When did it close?", "When did it close?", id="still points back"),
        pytest.param(
            "When did it close?", "When did Haven close? Who is poor?", id="two questions"
        ),
        pytest.param("When did it close?", "When did Haven close http://a.b/c?", id="an address"),
        pytest.param("When did it close?", "When did <b>Haven</b> close?", id="markup"),
        pytest.param(
            "When did it close?",
            "When did Haven close and may gold members use the lounges?",
            id="another question behind it",
        ),
        pytest.param(
            "How much did Amazon pay JPMorgan?",
            "How much did JPMorgan pay Amazon?",
            id="names exchanged",
        ),
        pytest.param("Who paid for the offices?", "Who is Haven?", id="loses its words"),
    ],
)
def test_any_other_is_refused(question: str, reply: str) -> None:
    assert rewritten(reply, question, HISTORY) is None
