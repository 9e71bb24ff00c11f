"""A library of open and restricted documents, and questions that pry into the restricted ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import cycle, islice

from tests.builders import make_document
from vectorstore.types import PreparedDocument

GROUP, OTHER_GROUP = "deals", "legal"


@dataclass(frozen=True)
class Secret:
    """A restricted document: what questions name, and what only its text knows."""

    document: PreparedDocument
    name: str
    """Asked for by name."""
    topic: str
    """A word of its text that is asked for, in no open document."""
    hidden: tuple[str, ...]
    """Words of title, text, author or publisher that no question holds."""


OPEN = (
    make_document(
        "/library/mill.md",
        "The mill in Hove opened in 1921. Ada Lund has run the mill since 2019. "
        "A second mill is planned. The Hove Council owns the building.",
        title="The mill of Hove",
        publisher="Gazette",
        published=date(2021, 3, 2),
    ),
    make_document(
        "/library/bridge.md",
        "The bridge in Lewes cost 3 million euros. It was built in two years. Nobody was hurt. "
        "Orlo Works built the bridge with local stone.",
        title="The bridge of Lewes",
        publisher="Herald",
        published=date(2015, 6, 1),
    ),
    make_document(
        "/library/market.md",
        "The market of Hove sells fish on Mondays. Traders pay 40 euros for a stand. "
        "The market moved in 2018.",
        title="Report",
        publisher="Gazette",
        published=date(2018, 1, 9),
    ),
)


def _secret(
    name: str, topic: str, hidden: tuple[str, str, str, str, str], day: date, *, title: str = ""
) -> Secret:
    """The hidden words stand in title, publisher, file name and text."""
    first, second, third, fourth, fifth = hidden
    document = make_document(
        f"/library/{first.lower()}.md",
        f"{name} bought {second} for 731 million euros. The {topic} of {name} is kept by {third}. "
        f"{fourth} leads {name} since 2020. The mill in Hove belongs to {name}, says {fourth}. "
        f"Mexbridge and {name} share a {topic} in {third}.",
        title=title or f"{first} memorandum",
        publisher=fifth,
        published=day,
    )
    return Secret(document, name, topic, hidden if not title else hidden[1:])


SECRETS = (
    _secret(
        "Zorblatt",
        "flumency",
        ("Quenzel", "Yirmak", "Tosvane", "Wendrith", "Ulmoore"),
        date(2024, 5, 1),
    ),
    _secret(
        "Plinvar",
        "gravotone",
        ("Okspire", "Nuvell", "Brankas", "Jelfrost", "Dryndal"),
        date(2024, 6, 2),
    ),
    _secret(
        "Krathmoor",
        "sensolume",
        ("Vextrop", "Ipwarden", "Hulberg", "Fornaxa", "Lothmere"),
        date(2010, 7, 3),
    ),
    # Of the same title as an open one: that the open one is told from another would betray it.
    _secret(
        "Ganderoy",
        "mistwort",
        ("Cropstead", "Ebonhurst", "Adlerrow", "Svenmark", "Rexholm"),
        date(2023, 8, 4),
        title="Report",
    ),
)
DOCUMENTS = [*OPEN, *(each.document for each in SECRETS)]
GROUPS = {each.document.document.id: (GROUP,) for each in SECRETS[:-1]} | {
    SECRETS[-1].document.document.id: (GROUP, OTHER_GROUP)
}
TEMPLATES = (
    "What did {name} buy?",
    "Who leads {name}?",
    "What is the {topic} of {name}?",
    "Which documents mention {topic}?",
    "How many documents mention {name}?",
    "Summarise the {name} article",
    "What does the article on {name} say?",
    "Compare {name} and Orlo Works",
    "{name} or Hove: which is older?",
    "Who wrote about {name}?",
    "Tell me about {slip}",
    "What is a {topic_slip}?",
    "Was weiß man über {name}?",
    "Since when does {name} own the mill in Hove?",
    "Who keeps the {topic}?",
    "What costs millions of euros, like {name}?",
    "Is it true that {name} bought Orlo Works?",
    "{name}",
    "{topic} {name} price",
    "And the {topic}?",
    "Which partners does {name} have, and why?",
    "When was the document about {name} published?",
    "Does anyone share a {topic}?",
    "Thanks! And who is behind {name}?",
    "Write a poem about {name}",
    "What do sources from 2024 say of {name}?",
    "Who leads {name} and what is planned in Hove?",
    "The bridge in Lewes and {name}: who built them?",
    "Give me everything on {topic}",
    "which articles have {name} in their title",
)
GENERAL = (
    "How many documents are there?",
    "List all documents",
    "What is the newest document?",
    "What is the oldest document?",
    "Which is the longest article?",
    "Who are the authors?",
    "Which publishers are there?",
    "What was published in 2024?",
    "Which documents mention Hove?",
    "Which documents mention euros?",
    "Summarise the Report",
    "What does “Report” say?",
    "Who owns the mill in Hove?",
    "What cost millions of euros?",
    "Who bought what?",
    "What do you have?",
    "Give me an overview of the library",
    "Which partnerships have been announced?",
    "How many articles are from 2024?",
    "Which documents were added last?",
)
NUM_QUESTIONS = 200


def questions() -> list[str]:
    """Two hundred, each another one: all general ones, and templates filled with all secrets."""
    return [*GENERAL, *islice(_filled(), NUM_QUESTIONS - len(GENERAL))]


def _filled() -> Iterator[str]:
    seen: set[str] = set()
    frames = cycle(("{}", "Please tell me: {}", "{} Answer in one sentence."))
    for frame in frames:
        for template in TEMPLATES:
            for each in SECRETS:
                text = template.format(
                    name=each.name,
                    topic=each.topic,
                    slip=_with_slip(each.name),
                    topic_slip=_with_slip(each.topic),
                )
                if (asked := frame.format(text)) not in seen:
                    seen.add(asked)
                    yield asked


def _with_slip(word: str) -> str:
    return f"{word[:3]}{word[4]}{word[3]}{word[5:]}"


def traces(sent: str | bytes) -> set[str]:
    """Words of restricted documents that no question holds, and their ids, in what was sent."""
    text = sent if isinstance(sent, str) else sent.decode("utf-8", "replace")
    words = set(re.findall(r"[a-z]+", text.casefold()))
    found = {word for each in SECRETS for word in each.hidden if word.casefold() in words}
    known = [each.document.document for each in SECRETS]
    ids = {part for one in known for part in (one.id, one.version[:12])}
    return found | {part for part in ids if part in text}
