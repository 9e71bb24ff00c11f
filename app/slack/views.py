"""Modals and the App Home. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from app.conversations.records import MAX_COMMENT_CHARACTERS, Reason
from app.errors import EmptyLibraryError
from app.languages.catalogue import ENGLISH, marked, say, say_number, translated
from app.slack.blocks import (
    Block,
    actions,
    button,
    context,
    header,
    label,
    rich,
    section,
    shortened,
    split,
    words,
)
from app.slack.markup import inert
from app.slack.render import source_line
from app.types import Answer

View = dict[str, Any]

ERASED = marked("What this answer rested on has been erased.")

ASK_VIEW, REASONS_VIEW = "ask", "reasons"
STARTER = "starter"
"""Action of the starter buttons; their value is the question."""
MAX_VIEW_BLOCKS = 100
MAX_INPUT = 3_000
MAX_VIEW_CHARACTERS = 60_000
"""Well below the 250 KB that Slack takes for a view."""
REASONS = {
    Reason.INCORRECT: marked("It is wrong"),
    Reason.UNSUPPORTED: marked("The source does not say it"),
    Reason.INCOMPLETE: marked("Something is missing"),
    Reason.OUTDATED: marked("It is out of date"),
    Reason.IRRELEVANT: marked("It answers another question"),
    Reason.OTHER: marked("Something else"),
}


def evidence_view(answer: Answer, public_url: str | None) -> View:
    """The exact quotes of an answer."""
    language = answer.language
    blocks: list[Block] = []
    room = MAX_VIEW_CHARACTERS
    for number, citation in enumerate(answer.citations):
        quotes = [rich([words(piece)], "rich_text_quote") for piece in split(citation.quote)]
        room -= len(citation.quote)
        if len(blocks) + len(quotes) + 1 > MAX_VIEW_BLOCKS - 1 or (blocks and room < 0):
            left = len(answer.citations) - number
            more = say(language, "{number} more: open the numbers in the answer.", number=left)
            blocks.append(context(more))
            break
        blocks += [context(source_line(citation, public_url, language)), *quotes]
    return {
        "type": "modal",
        "title": label(say(language, "Evidence"), 24),
        "close": label(say(language, "Close"), 24),
        # One that may not be read here any more says so.
        "blocks": blocks or [context(inert(translated(language, answer.message or ERASED)))],
    }


def reasons_view(answer_id: str, language: str = ENGLISH) -> View:
    """The form that asks what is wrong with an answer."""
    options = [
        {"text": label(say(language, text), 75), "value": reason.value}
        for reason, text in REASONS.items()
    ]
    return {
        "type": "modal",
        "callback_id": REASONS_VIEW,
        "private_metadata": answer_id,
        "title": label(say(language, "What is wrong?"), 24),
        "submit": label(say(language, "Send"), 24),
        "close": label(say(language, "Cancel"), 24),
        "blocks": [
            {
                "type": "input",
                "block_id": "reasons",
                "optional": True,
                "label": label(say(language, "Choose what fits"), 200),
                "element": {"type": "checkboxes", "action_id": "chosen", "options": options},
            },
            {
                "type": "input",
                "block_id": "comment",
                "optional": True,
                "label": label(say(language, "In your words"), 200),
                "element": {
                    "type": "plain_text_input",
                    "action_id": "written",
                    "multiline": True,
                    "max_length": MAX_COMMENT_CHARACTERS,
                },
            },
        ],
    }


def ask_view(question: str, place: Mapping[str, str], language: str = ENGLISH) -> View:
    """The form in which a message is edited into a question.

    Args:
        question: The message's words.
        place: Channel and thread of the message; comes back with the form.
        language: Of the form.
    """
    options = [
        {"text": label(say(language, "Only to me"), 75), "value": "private"},
        {"text": label(say(language, "In the message's thread"), 75), "value": "thread"},
    ]
    return {
        "type": "modal",
        "callback_id": ASK_VIEW,
        "private_metadata": json.dumps(dict(place)),
        "title": label(say(language, "Ask Accord"), 24),
        "submit": label(say(language, "Ask"), 24),
        "close": label(say(language, "Cancel"), 24),
        "blocks": [
            {
                "type": "input",
                "block_id": "question",
                "label": label(say(language, "Question"), 200),
                "element": {
                    "type": "plain_text_input",
                    "action_id": "written",
                    "multiline": True,
                    "max_length": MAX_INPUT,
                    **({"initial_value": shortened(question, MAX_INPUT)} if question else {}),
                },
            },
            {
                "type": "input",
                "block_id": "where",
                "label": label(say(language, "Answer"), 200),
                "element": {
                    "type": "radio_buttons",
                    "action_id": "chosen",
                    "options": options,
                    "initial_option": options[0],
                },
            },
        ],
    }


def home_view(
    starters: Sequence[str], *, command: str, documents: int, language: str = ENGLISH
) -> View:
    """The App Home: a short help, and questions to begin with."""
    asked = [
        actions([button(question, f"{STARTER}:{number}", shortened(question, 1_900))])
        for number, question in enumerate(starters)
    ]
    return {
        "type": "home",
        "blocks": [
            header(say(language, "Ask, and see where the answer comes from")),
            section(
                say(language, EmptyLibraryError.TOLD)
                if not documents
                else say_number(
                    language,
                    "I answer from {number} source. Every sentence carries the number of the "
                    "source that says it; where the sources do not say something, I tell you so.",
                    "I answer from {number} sources. Every sentence carries the number of the "
                    "source that says it; where the sources do not say something, I tell you so.",
                    number=documents,
                )
            ),
            section(
                say(
                    language,
                    "• Write to me here under *Messages*.\n"
                    "• Mention me in a channel; ask on in the thread.\n"
                    "• `{command} your question` answers only to you.\n"
                    "• On a message, choose *Ask Accord about this*.",
                    command=inert(command),
                )
            ),
            *([header(say(language, "Questions to begin with")), *asked] if asked else []),
        ],
    }
