from __future__ import annotations

import pytest

from app.answering.conversation.condense import condense, corrects
from app.answering.conversation.subject import resolved, subject_of
from app.types import Message


def talk(*texts: str) -> list[Message]:
    return [Message("assistant" if n % 2 else "user", text) for n, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("turns", "question", "understood"),
    [
        (("When did Kestrel close?", "In May."), "Why?", "Why did Kestrel close?"),
        (
            ("When did Kestrel close?", "In May.", "Why?", "It had no money."),
            "Who founded it?",
            "Who founded Kestrel?",
        ),
        (("What do Lund and Berg build?", "Boats."), "When did they sign?",
         "When did Lund and Berg sign?"),
        (("Who leads Kestrel?", "The engineer Ada Lund leads it."), "When did she resign?",
         "When did Ada Lund resign?"),
        (("When was Kestrel founded?", "In May."), "by whom?", "By whom was Kestrel founded?"),
        (("Has Kestrel closed?", "Yes."), "since when?", "Since when has Kestrel closed?"),
        (("When did Kestrel close?", "In May."), "no, I mean Marlow", "When did Marlow close?"),
        (("When did Kestrel close?", "In May."), "What were its reasons?",
         "What were Kestrel's reasons?"),
        (("Kestrel?", "It closed."), "Who founded it?", "Who founded Kestrel?"),
        # what the name only says where, whose or between whom it is
        (("Who leads the Hove ferry pact?", "Lund."), "When was it signed?",
         "When was the Hove ferry pact signed?"),
        (("When did the Hove ferry close?", "In May."), "Who owned it?",
         "Who owned the Hove ferry?"),
        (("What is the pact between Hove and Lewes about?", "Boats."), "Who signed it?",
         "Who signed the pact between Hove and Lewes?"),
        (("What is Kestrel's guarantee worth?", "A lot."), "When is it due?",
         "When is Kestrel's guarantee due?"),
        # "it" is neither several things nor a person, and a verb is no part of a name
        (("Who were Kestrel's founders?", "Two."), "When did it close?",
         "When did Kestrel close?"),
        (("Who was Kestrel's chief?", "Two."), "When did it close?", "When did Kestrel close?"),
        (("What do the firms in the Hove pact pay?", "Two."), "When did it close?",
         "When did Hove close?"),
    ],
)  # fmt: skip
def test_a_follow_up_is_understood_by_what_was_spoken_of(
    turns: tuple[str, ...], question: str, understood: str
) -> None:
    assert condense(question, talk(*turns)).text == understood


@pytest.mark.parametrize(
    ("turns", "question"),
    [
        # an answer brings names up beside the matter: they are not what "it" is
        (("what does a dock cost", "A dock in Oslo costs more than one in Bergen."), "who pays it"),
        # another subject without a name has come up since
        (("Who owns Kestrel?", "Lund.", "how do harbours earn money", "By fees."), "is it much?"),
        (("Who owns Kestrel?", "Lund."), "Is it true that docks pay no tax?"),
        (("Who owns Kestrel?", "Lund."), "Did Marlow sell its ships?"),
        # any of several that an answer names may be who was asked for
        (("Who runs it?", "Ada Lund and Olu Berg share the work."), "Where was she before?"),
        # who builds it stands in the answer
        (("Who builds the Kestrel?", "Lund Boats."), "What will they build next?"),
        (("Where are the prints in Hove?", "In a store."), "Where are they now?"),
        (("What do actors want from Kestrel?", "Rooms."), "Will the owner, he says, get it?"),
        # whoever thinks is no thing
        (("What did Ada Lund think of the name?", "Little."), "When was it chosen?"),
        (("Who owns Kestrel?", "Lund."), "I heard of a fire. Was it bad?"),
    ],
)
def test_nothing_is_put_for_a_pronoun_where_that_is_not_sure(
    turns: tuple[str, ...], question: str
) -> None:
    assert resolved(question, subject_of(talk(*turns))) is None


def test_the_person_an_answer_names_is_who_he_is() -> None:
    subject = subject_of(talk("Who runs Kestrel?", "The surgeon Olu Berg was named its chief."))
    assert subject.people == ("Olu Berg",)
    assert subject.things == ("Kestrel",)


def test_a_correction_is_told_from_other_turns() -> None:
    before = "Who owns Kestrel?"
    assert corrects("no, I mean the insurer", before)
    assert corrects("Nein, ich meinte Marlow", before)
    assert corrects("not Kestrel, Marlow", before)
    assert corrects("Marlow, not Kestrel", before)
    assert not corrects("What does it mean?", before)
    assert not corrects("Thanks, not bad", before)
    assert not corrects("What does Marlow own, not Kestrel?", before)


@pytest.mark.parametrize(
    ("before", "turn", "meant"),
    [
        ("What did Kestrel pay?", "not Kestrel, Marlow", "What did Marlow pay?"),
        ("What did Kestrel pay?", "no, Marlow, not Kestrel", "What did Marlow pay?"),
        ("What did Kestrel pay?", "I meant in 2018", "What did Kestrel pay in 2018?"),
        (
            "What is Kestrel's share of it?",
            "I meant Marlow's share",
            "What is Marlow's share of it?",
        ),
        ("When did Kestrel close?", "I meant who was paid", "Who was paid?"),
    ],
)
def test_a_correction_is_put_into_the_question_before(before: str, turn: str, meant: str) -> None:
    assert condense(turn, talk(before, "So.")).text == meant


def test_a_question_behind_i_meant_stands_in_its_own_order() -> None:
    condensed = condense("no, I meant when it was sold", talk("Who owns Kestrel?", "Lund."))
    assert condensed.searched == "When was it sold?"


def test_a_name_takes_the_place_of_a_pronoun_only_for_the_reader() -> None:
    condensed = condense("Who founded it?", talk("When did Kestrel close?", "In May."))
    assert condensed.text == "Who founded Kestrel?"
    assert condensed.searched == "Who founded it?"
    assert condensed.backgrounds


def test_he_is_whose_words_were_asked_for_by_one_name() -> None:
    subject = subject_of(talk("What did Berg say about docks?", "They are full."))
    assert resolved("Who is he?", subject) == "Who is Berg?"
    assert subject.things == ("Berg",)  # a firm may say something, too


def test_it_is_the_deal_where_somebody_meant_another_question_about_it() -> None:
    condensed = condense("I meant when it was closed", talk("When was the deal announced?", "May."))
    assert condensed.text == "When was the deal closed?"
