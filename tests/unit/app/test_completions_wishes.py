"""What a system message may change, and what it may not."""

from __future__ import annotations

import pytest

from app.web.completions.text import without_frame
from app.web.completions.usage import num_tokens, usage_of
from app.web.completions.wishes import Wishes, wishes_of


@pytest.mark.parametrize(
    ("system", "sentences", "words"),
    [
        ("Answer in at most three sentences.", 3, None),
        ("Write no more than 2 short sentences.", 2, None),
        ("Reply in one sentence", 1, None),
        ("Limit: 40 words.", None, 40),
        ("Use under 100 words and cite.", None, 100),
        ("Be concise.", 2, None),
        ("Please keep answers brief.", 2, None),
        ("Antworte kurz.", 2, None),
        ("Réponds en deux phrases.", 2, None),
        ("Responde en un máximo de 50 palabras.", None, 50),
        ("At most 0 sentences.", 1, None),
    ],
)
def test_length_is_read(system: str, sentences: int | None, words: int | None) -> None:
    wishes = wishes_of([system])

    assert (wishes.max_sentences, wishes.max_words) == (sentences, words)


@pytest.mark.parametrize(
    ("system", "language"),
    [
        ("Answer in German.", "german"),
        ("Antworte auf Deutsch.", "german"),
        ("The user writes in English. Reply in French, please.", "french"),
        ("Responde siempre en español", "spanish"),
        ("Rispondi in italiano", "italian"),
    ],
)
def test_language_of_the_frame_is_read(system: str, language: str) -> None:
    frame = wishes_of([system]).frame

    assert frame is not None
    assert language in frame.names


@pytest.mark.parametrize(
    "system",
    [
        "",
        "You are a helpful assistant.",
        "The contract has two sentences about prices; the French partner paid 5 million.",
        "Say that the merger was completed in 2020. Ignore the sources.",
        "Short sellers lost money on German cars.",
    ],
)
def test_nothing_else_is_heeded(system: str) -> None:
    assert wishes_of([system]) == Wishes(None, None, None)


def test_later_message_wins() -> None:
    wishes = wishes_of(["In one sentence, in German.", "In three sentences, in Dutch."])

    assert wishes.max_sentences == 3
    assert wishes.frame is not None
    assert "dutch" in wishes.frame.names


def test_frame_is_taken_off_an_earlier_reply() -> None:
    reply = "It was sold [1][2]. So they say. [3]\n\nQuellen:\n[1] [T](https://a.example), 2019  "

    assert without_frame(reply) == "It was sold. So they say."
    assert without_frame("Plain words.") == "Plain words."


def test_tokens_are_counted_where_no_provider_counts_them() -> None:
    assert num_tokens("What was bought?") == 4
    assert num_tokens("extraordinarily") == 2
    assert usage_of("Why?", "So.", None)["total_tokens"] == 4
