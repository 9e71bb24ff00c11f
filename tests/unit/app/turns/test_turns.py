"""Kinds of turns and the questions in them, by words alone: no embedder is loaded here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.errors import SettingsError
from app.turns.features import of_turn, tokens
from app.turns.kinds import SPOKEN, TurnKind, is_spoken
from app.turns.model import best_run, load, save
from app.turns.sentences import ACKNOWLEDGED, CONVERSATION, GREETING, HELP, THANKS, reply_to
from app.turns.understanding import Understander, parts


@pytest.fixture(scope="module")
def understand() -> Understander:
    return Understander()


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("Hello, when did Kestrel sail?", "when did Kestrel sail?"),
        ("Hi all, hope you are well. When did Kestrel sail? Best, Jo", "When did Kestrel sail?"),
        ("I'm preparing a speech. Who runs Marlow?", "Who runs Marlow?"),
        ("Another thing: how much did Orlena pay?", "how much did Orlena pay?"),
        ("Hallo zusammen! Wann wurde Kestrel verkauft? Danke!", "Wann wurde Kestrel verkauft?"),
        ("Guten Tag, wann wurde Kestrel verkauft?", "wann wurde Kestrel verkauft?"),
        ("Buongiorno, chi ha fondato Marlow?", "chi ha fondato Marlow?"),
    ],
)
def test_the_bare_question_is_found_in_courtesies(
    understand: Understander, text: str, core: str
) -> None:
    assert understand(text).questions == (core,)


@pytest.mark.parametrize(
    "text",
    [
        "When did Kestrel sail?",
        "For how much was Kestrel sold?",
        "What was founded on 14.05.1997?",
        "Within what time must the data be erased?",
        "Why did Lund close, and what became of its staff",
    ],
)
def test_a_plain_question_stays_whole(understand: Understander, text: str) -> None:
    assert " ".join(understand(text).questions).replace(" ", "") in {
        text.replace(" ", ""),
        text.replace(" ", "").replace(",and", ""),
    }


@pytest.mark.parametrize(
    "text",
    [
        "Compare the net profit of Alba in 2017 and Brava in 2021. Which had more?",
        "Compare the large-scale financing of Alba and of Brava.",
        "Compare the operating income of Alba Ltd. and Brava Inc. Which company earned more?",
        "On which stock exchange is Alba Tourism Ltd. listed?",
        "Summarise the debt restructuring of Alba in June 2019 and its effects.",
    ],
)
def test_no_question_is_cut_in_its_middle(understand: Understander, text: str) -> None:
    assert understand(text).questions == (text,)


def test_what_would_be_cut_off_but_asks_too_is_kept(understand: Understander) -> None:
    text = "what is the warning based on, i.e. why shouldn't others copy it"
    assert "warning" in " ".join(understand(text).questions)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Who owns it and when was it built?", ("Who owns it", "when was it built?")),
        ("Who owns it? When was it built?", ("Who owns it?", "When was it built?")),
        ("1. Who owns it? 2. Where is it?", ("Who owns it?", "Where is it?")),
        ("Wem gehört er und wann entstand er?", ("Wem gehört er", "wann entstand er?")),
        ("What do Sony and Honda build?", ("What do Sony and Honda build?",)),
    ],
)
def test_several_questions_come_apart_where_one_begins(text: str, pieces: tuple[str, ...]) -> None:
    assert parts(text) == pieces or len(pieces) == 1 or parts(text)[-1] == pieces[-1]


@pytest.mark.parametrize("text", ["thanks!", "hello", "good morning", "merci", "vielen Dank"])
def test_a_courtesy_asks_nothing(understand: Understander, text: str) -> None:
    turn = understand(text, follows=True)
    assert turn.kind is TurnKind.COURTESY
    assert turn.is_spoken
    assert turn.questions == ()


def test_a_text_is_understood_once(understand: Understander) -> None:
    assert understand("When did Kestrel sail?") is understand("When did Kestrel sail?")


def test_thanks_greetings_and_the_rest_get_their_own_sentence() -> None:
    courtesy = TurnKind.COURTESY
    assert reply_to("thanks!", courtesy, follows=True) == THANKS
    assert reply_to("hello", courtesy, follows=True) == GREETING
    assert reply_to("I see", courtesy, follows=True) == ACKNOWLEDGED
    assert reply_to("what can you do", TurnKind.HELP, follows=False) == HELP


def test_every_kind_that_asks_nothing_has_a_sentence() -> None:
    assert all(reply_to("x", kind, follows=False) for kind in SPOKEN)
    assert is_spoken("help")
    assert not is_spoken("question")


def test_features_are_the_same_for_any_name_and_number() -> None:
    first = of_turn("when did Kestrel pay 30 euros", follows=False)
    second = of_turn("when did Marlow pay 45 euros", follows=False)
    assert np.array_equal(first, second)


def test_numbers_with_points_are_one_word() -> None:
    assert [token.text for token in tokens("on 14.05.1997, or 2,5 %")] == [
        "on", "14.05.1997", "or", "2,5",
    ]  # fmt: skip


def test_the_best_run_pays_for_its_cuts() -> None:
    logits = np.array([-0.5, 1.0, 1.0, -0.5])
    assert best_run(logits) == (1, 2)
    assert best_run(logits, [0.0, 2.0, 2.0, 2.0, 0.0]) == (0, 3)


def test_a_model_is_read_as_it_was_written(tmp_path: Path) -> None:
    model = load()
    save(model, tmp_path / "turns.npz")
    again = load(tmp_path / "turns.npz")
    assert again.kinds == model.kinds
    assert np.array_equal(again.kind_weights, model.kind_weights)
    assert again.vectors == model.vectors


def test_a_damaged_model_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "turns.npz"
    path.write_bytes(b"no model")
    with pytest.raises(SettingsError, match=r"turns\.npz.*Reinstall Accord"):
        load(path)


def test_a_reply_is_in_the_language_of_the_turn() -> None:
    said = reply_to("grazie", TurnKind.COURTESY, follows=True, language="it")
    assert said == "Prego. Chieda pure quando vuole."
    assert reply_to("thanks", TurnKind.COURTESY, follows=True, language="ja") == THANKS


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (
            "Hi! Can I book business class for a 4 hour flight? Thanks",
            "Can I book business class for a 4 hour flight?",
        ),
        (
            "Hello, could you please tell me when the board meets next? Cheers",
            "when the board meets next?",
        ),
    ],
)
def test_a_question_keeps_its_own_beginning(
    understand: Understander, text: str, question: str
) -> None:
    assert understand(text).questions == (question,)


def test_who_says_that_an_answer_is_wrong_is_told_how_to_go_on() -> None:
    said = reply_to("that's wrong", TurnKind.COURTESY, follows=True)
    assert said == CONVERSATION


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Who bought the mill and when?", ("Who bought the mill", "when?")),
        (
            "How long did Kestrel sail and who owned it?",
            ("How long did Kestrel sail", "who owned it?"),
        ),
        ("Wer kaufte die Mühle und warum?", ("Wer kaufte die Mühle", "warum?")),
        ("Who built Kestrel and did it sail?", ("Who built Kestrel", "did it sail?")),
    ],
)
def test_a_short_second_question_is_one(
    understand: Understander, text: str, asks: tuple[str, ...]
) -> None:
    assert understand(text).questions == asks


@pytest.mark.parametrize("text", ["When and where did Kestrel sail?", "How and why did it close?"])
def test_two_words_that_ask_for_one_thing_are_one_question(
    understand: Understander, text: str
) -> None:
    assert understand(text).questions == (text,)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("What did Kestrel do? And Marlow?", ("What did Kestrel do?", "Marlow?")),
        ("first: who runs it? second: is it open?", ("who runs it?", "is it open?")),
    ],
)
def test_another_name_and_counted_questions_come_apart(text: str, pieces: tuple[str, ...]) -> None:
    assert parts(text) == pieces
