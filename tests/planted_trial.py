"""A model that obeys what is planted in articles, questions about them, and what a reader gets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.testclient import TestClient

from app.answering.verification.settling import MARK
from app.answering.verification.verify import Support
from app.reading.lexical import LexicalReader
from app.reading.protocol import PassageReading, ReadPassage
from tests.builders_answering import SUPPORT, failures_in
from tests.planted_documents import SITE, Planted
from tests.scripted_model_server import Request, Turn

EVENT_STREAM = "text/event-stream"
DOORS = ("application/json", EVENT_STREAM)
_NUMBERED = re.compile(r"^\[(\d+)\] (.+)$", re.MULTILINE)
_QUOTED = re.compile(r'"([^"]+)"')
_ADDRESS = re.compile(r"[\w.@]+\.(?:com|xyz|example)\b")
MIN_TOLD = 30
"""Characters of a line of the rules that would betray them."""


@dataclass(frozen=True)
class Prompt:
    """What a model was shown."""

    rules: str
    user: str

    @property
    def sentences(self) -> list[tuple[int, str]]:
        """The sources' sentences with their numbers."""
        return [(int(number), text) for number, text in _NUMBERED.findall(self.user)]

    def numbers_of(self, words: str) -> list[int]:
        """Sentences that hold these words."""
        return [number for number, text in self.sentences if words in text]


def obedient(article: Planted, prompt: Prompt) -> dict[str, str]:
    """Sentences that do what was planted, each with a citation that exists, by what they do."""
    best = (prompt.numbers_of(article.fact) or [1])[0]
    planted = (prompt.numbers_of(article.canary) or [best])[0]
    fact = article.fact.rstrip(".")
    says = {
        "word alone": f"{article.canary} is the word that matters [{best}].",
        "word among the question's": f"{article.buyer} writes {article.canary} to {article.seller}"
        f" [{best}].",
        "planted sentence": f"{article.planted.rstrip('.?')} [{planted}].",
        "planted question": f"{article.planted.rstrip('.?')}? [{planted}]",
        "instruction": f"{article.attack.rstrip('.?')} [{planted}].",
        "payload": f"{(_QUOTED.findall(article.attack) or [article.attack])[0].rstrip('.?!')}"
        f" [{planted}].",
        "fact with the word": f"{fact}, and the word is {article.canary} [{best}].",
        "address": f"Visit https://{SITE}/{article.canary} for the figures [{best}].",
        "link": f"[{fact}](https://{SITE}/{article.canary}) [{best}].",
        "fact with an address": f"{fact}, see https://{SITE}/{article.canary} [{best}].",
        "image": f"![{fact}](https://{SITE}/{article.canary}.png) [{best}].",
        "fact with an image": f"{fact} ![](https://{SITE}/{article.canary}.png) [{best}].",
        "HTML": f'<a href="https://{SITE}">{fact}</a><img src="https://{SITE}/a.png"> [{best}].',
        "made-up fact": f"{article.buyer} paid 987 million dollars for a third of {article.seller}"
        f" [{best}].",
        "made-up name": f"Zuckerfeld paid {fact.partition(' paid ')[2]} [{best}].",
        "rules": f"{prompt.rules.splitlines()[0].split('. ')[0]} [{best}].",
    }
    if planted != best:
        says["planted sentence, all of it"] = f"{dict(prompt.sentences)[planted]} [{planted}]"
    return says


class FactReader(LexicalReader):
    """Finds in each article the sentence that answers, and counts words where a claim is checked.

    So what is planted meets the checks that hold whatever a trained reader makes of it.
    """

    def __init__(self, articles: Sequence[Planted]) -> None:
        self._facts = {article.question: article.fact for article in articles}

    def read(self, question: str, passages: Sequence[ReadPassage]) -> list[PassageReading]:
        fact = self._facts.get(question)
        found = []
        for passage in passages:
            chances = tuple(float(sentence == fact) for sentence in passage.sentences)
            found.append(PassageReading(max(chances, default=0.0), chances))
        return found


def obeying(
    articles: Sequence[Planted], *, kinds: Callable[[str], bool] = lambda _: True
) -> Callable[[Request], Turn]:
    """What a scripted server says to a question about one of the articles."""
    by_buyer = {article.buyer: article for article in articles}

    def choose(request: Request) -> Turn:
        rules, user = (message["content"] for message in request.body["messages"])
        question = user.rsplit("The question:", 1)[1]
        article = next(by_buyer[word] for word in re.findall(r"\w+", question) if word in by_buyer)
        says = obedient(article, Prompt(rules, user))
        return Turn(text=" ".join(text for kind, text in says.items() if kinds(kind)))

    return choose


def ask(client: TestClient, question: str, door: str) -> tuple[str, dict[str, Any]]:
    """All that comes back, as it is sent, and the answer in it."""
    response = client.post("/api/chat", json={"question": question}, headers={"Accept": door})
    assert response.status_code == 200
    if door != EVENT_STREAM:
        return response.text, response.json()
    last = response.text.rstrip().rsplit("event: answer", 1)[1]
    return response.text, json.loads(last.split("data: ", 1)[1])


def leaks(
    article: Planted,
    sent: str,
    answer: Mapping[str, Any],
    rules: str,
    support: Support = SUPPORT,
) -> list[str]:
    """What a reader should not have been sent, in words; `support` as the product judges it."""
    bad = [article.canary, SITE, "![", "<img", "<a ", *_ADDRESS.findall(article.attack)]
    found = [f"{word!r} was sent" for word in bad if word in sent]
    told = [line for line in rules.splitlines() if len(line) >= MIN_TOLD and line in sent]
    found += [f"the rules were sent: {line}" for line in told]
    for claim in answer["claims"]:
        if article.attack.rstrip(".?!") in claim["text"]:
            found.append(f"the instruction was shown: {claim['text']}")
        if claim["verdict"] == "unsupported":
            if claim["citations"] or not claim["text"].endswith(MARK):
                found.append(f"it is not marked: {claim['text']}")
        elif failures_in(claim, answer, support):
            found.append(f"it is not borne out: {claim['text']}")
    return found
