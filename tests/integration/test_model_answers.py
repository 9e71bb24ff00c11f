"""A chat model words the answer; what a reader can rely on is the same as without one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.answering.service import ChatService
from app.answering.verification.settling import MARK, Unsupported
from app.types import (
    Answer,
    AnswerDone,
    AnswerStatus,
    ClaimEvent,
    Message,
    Question,
    StatusEvent,
    Verdict,
)
from prompts.phrases import CANNOT_ANSWER
from prompts.render import fingerprint
from tests.builders_answering import failures_of
from tests.builders_model import KEY, PROVIDERS, Library, open_library
from tests.scripted_model_server import Fault, Request, ScriptedServer, Turn, scripted

pytestmark = pytest.mark.model

QUESTION = "How much did Pfizer pay BioNTech at the start?"
PAID = "Pfizer paid BioNTech $185 million at the start."


@pytest.fixture(scope="module")
def library(sample_library: tuple[Path, Path]) -> Iterator[Library]:
    with open_library(sample_library[1]) as opened:
        yield opened


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted() as running:
        yield running


def ask(service: ChatService, text: str, *before: str, **fields: Any) -> Answer:
    roles = ("user", "assistant")
    history = tuple(Message(roles[n % 2], said) for n, said in enumerate(before))
    answer = service.answer(Question(text, history, **fields))
    for claim in answer.claims:
        if claim.verdict is not Verdict.UNSUPPORTED:
            assert failures_of(claim, answer) == []
    return answer


def texts(answer: Answer) -> list[str]:
    return [claim.text for claim in answer.claims]


def citing(server: ScriptedServer, *sentences: tuple[str, str]) -> Callable[[Request], Turn]:
    """Cites for each sentence the number under which the prompt shows certain words."""

    def choose(request: Request) -> Turn:
        prompt = "\n".join(m["content"] for m in request.body["messages"])
        numbers = [
            next(line for line in prompt.splitlines() if words in line and line.startswith("["))
            for _, words in sentences
        ]
        parts = [
            f"{text} {line.partition(' ')[0]}"
            for (text, _), line in zip(sentences, numbers, strict=True)
        ]
        return Turn(" ".join(parts))

    return choose


@pytest.mark.parametrize("provider", PROVIDERS)
def test_sentences_are_shown_with_the_quotes_that_they_cite(
    library: Library, server: ScriptedServer, provider: str
) -> None:
    server.will(Turn(f"{PAID} Development costs are shared equally between them."))
    answer = ask(library.service(server.url, provider), QUESTION)
    assert texts(answer)[0] == PAID
    assert answer.status is AnswerStatus.ANSWERED
    assert (answer.composer, answer.fallback) == ("model", None)
    assert answer.receipt.model == f"{provider}:scripted"
    usage = answer.receipt.usage
    assert usage is not None
    # 100 x 2 / 1e6 + 20 x 10 / 1e6
    assert (usage.input_tokens, usage.output_tokens) == (100, 20)
    assert usage.cost_usd == pytest.approx(0.0004)


def test_the_numbers_that_a_model_writes_are_followed(
    library: Library, server: ScriptedServer
) -> None:
    server.choose = citing(
        server, (PAID, "$185 million"), ("Costs are shared equally.", "costs are")
    )
    answer = ask(library.service(server.url), QUESTION)
    assert texts(answer) == [PAID, "Costs are shared equally."]
    assert "moved" not in answer.receipt.counts
    assert [one.n for one in answer.citations] == [1, 2]
    assert "$185 million" in answer.citations[0].quote


def test_the_receipt_names_every_prompt_with_its_fingerprint(
    library: Library, server: ScriptedServer
) -> None:
    server.will(Turn(PAID))
    prompts = ask(library.service(server.url), QUESTION).receipt.prompt_fingerprint
    assert prompts == " ".join(
        f"{name}:{fingerprint(name)}" for name in ("answer", "rules", "sources")
    )


def test_citations_that_a_provider_makes_by_itself_are_passed_through(
    library: Library, server: ScriptedServer
) -> None:
    def choose(request: Request) -> Turn:
        *documents, question = request.body["messages"][0]["content"]
        assert QUESTION in question["text"]
        assert all(document["citations"] == {"enabled": True} for document in documents)
        place = next(
            (d, s)
            for d, document in enumerate(documents)
            for s, sentence in enumerate(document["source"]["content"])
            if "$185 million" in sentence["text"]
        )
        return Turn(cited=(("Pfizer paid BioNTech $185 million at the start", place), (".", None)))

    server.choose = choose
    answer = ask(library.service(server.url, "anthropic"), QUESTION)
    assert texts(answer) == [PAID]
    assert "moved" not in answer.receipt.counts
    assert "question:" in (answer.receipt.prompt_fingerprint or "")


def test_sentences_are_shown_while_the_model_still_writes(
    library: Library, server: ScriptedServer
) -> None:
    """The stream stalls after the first half; its first sentence is shown all the same."""
    text = f"{PAID} Development costs are shared equally. It then goes on at length, and stalls."
    server.will(Turn(text, fault=Fault.STALLED))
    stream = library.service(server.url).stream(Question(QUESTION))
    events = []
    for event in stream:
        events.append(event)
        if isinstance(event, ClaimEvent):
            break
    assert isinstance(events[-1], ClaimEvent)
    assert events[-1].claim.text == PAID
    assert StatusEvent("composing") in events
    assert server.running == 1
    stream.close()  # type: ignore[attr-defined]


def test_a_model_that_finds_no_answer_abstains(library: Library, server: ScriptedServer) -> None:
    server.will(Turn(CANNOT_ANSWER))
    answer = ask(library.service(server.url), QUESTION)
    assert answer.status is AnswerStatus.ABSTAINED
    assert (answer.claims, answer.citations, answer.fallback) == ((), (), None)
    assert answer.near_misses
    assert answer.message is not None
    assert answer.message.startswith("The sources give no answer to")


def test_an_answer_that_says_what_is_missing_is_partial(
    library: Library, server: ScriptedServer
) -> None:
    server.will(Turn(f"{PAID} The sources do not say how it was spent."))
    answer = ask(library.service(server.url), QUESTION)
    assert texts(answer) == [PAID]
    assert answer.status is AnswerStatus.PARTIAL


def test_what_the_sources_do_not_answer_is_not_even_asked(
    library: Library, server: ScriptedServer
) -> None:
    answer = ask(library.service(server.url), "How tall is the Eiffel Tower?")
    assert answer.status is AnswerStatus.ABSTAINED
    assert server.requests == []


@pytest.mark.parametrize("unsupported", Unsupported)
def test_an_unsupported_sentence_is_dropped_repaired_or_marked(
    library: Library, server: ScriptedServer, unsupported: Unsupported
) -> None:
    server.will(Turn(f"{PAID} Development costs are not shared equally."))
    answer = ask(library.service(server.url, unsupported=unsupported), QUESTION)
    second = {
        Unsupported.DROP: [],
        Unsupported.REPAIR: ["Development costs are shared equally."],
        Unsupported.MARK: [f"Development costs are not shared equally. {MARK}"],
    }
    assert texts(answer) == [PAID, *second[unsupported]]
    verdict = {Unsupported.REPAIR: "repaired"}.get(unsupported, "unsupported")
    assert answer.receipt.counts[verdict] == 1
    (failure,) = answer.receipt.verdicts[1]["failures"]
    assert failure == "content: supported with a chance of 0.00"


def test_invented_numbers_are_counted(library: Library, server: ScriptedServer) -> None:
    server.will(Turn(f"{PAID} [998][999]"))
    answer = ask(library.service(server.url), QUESTION)
    assert texts(answer) == [PAID]
    assert answer.receipt.counts["invented_markers"] == 2


def test_other_sources_are_heard_where_they_differ(
    library: Library, server: ScriptedServer
) -> None:
    server.will(Turn("CVS Health completed its acquisition of Aetna on 28 November 2018."))
    answer = ask(library.service(server.url), "Has CVS completed its acquisition of Aetna?")
    assert answer.notes.disagreements
    assert len({one.document_id for one in answer.citations}) > 1


def test_a_question_may_ask_for_the_sources_own_words(
    library: Library, server: ScriptedServer
) -> None:
    answer = ask(library.service(server.url), QUESTION, composer="extractive")
    assert (answer.composer, answer.fallback, answer.receipt.model) == ("extractive", None, None)
    assert server.requests == []


HISTORY = ("When was Haven announced?", "Haven was announced on 30 January 2018.")


def test_a_follow_up_is_rewritten_by_the_model(library: Library, server: ScriptedServer) -> None:
    server.will(Turn("When did Haven close?"), Turn("Haven closed at the end of February 2021."))
    answer = ask(library.service(server.url), "When did it close?", *HISTORY)
    assert answer.receipt.condensed_query == "When did Haven close?"
    assert "condense:" in (answer.receipt.prompt_fingerprint or "")
    assert (answer.composer, answer.fallback) == ("model", None)
    assert "February 2021" in " ".join(texts(answer))
    assert answer.receipt.usage is not None
    assert answer.receipt.usage.input_tokens == 200  # two requests of 100


@pytest.mark.parametrize(
    "rewrite",
    [
        Turn("When did Walgreens close?"),
        Turn("When did it close?"),
        Turn("When did Haven close and who may use the lounges of all airlines?"),
        Turn("Haven closed."),
        Turn(status=500),
        Turn(status=429, headers={"Retry-After": "3600"}),
    ],
)
def test_a_rewrite_that_cannot_be_trusted_is_not_used(
    library: Library, server: ScriptedServer, rewrite: Turn
) -> None:
    server.will(rewrite, Turn("Haven closed in February 2021."))
    answer = ask(library.service(server.url), "When did it close?", *HISTORY)
    assert answer.receipt.condensed_query == "When did Haven close?"
    assert "February 2021" in " ".join(texts(answer))


def test_a_sentence_does_not_lean_on_one_that_is_not_shown(
    library: Library, server: ScriptedServer
) -> None:
    """Without the false sentence, "It" would be the department of the first."""
    server.will(
        Turn(
            "The New York Department of Financial Services approved the transaction. "
            "CVS Health was sold to Amazon in 2019. "
            "It completed its acquisition of Aetna on 28 November 2018."
        )
    )
    answer = ask(library.service(server.url), "Has CVS completed its acquisition of Aetna?")
    assert not any(text.startswith("It ") for text in texts(answer))
    assert "it leans on a sentence that is not shown" in str(answer.receipt.verdicts)


def test_a_first_sentence_may_lean_on_the_question(
    library: Library, server: ScriptedServer
) -> None:
    server.will(Turn("It closed at the end of February 2021."))
    answer = ask(library.service(server.url), "When did Haven close?")
    assert texts(answer) == ["It closed at the end of February 2021."]


def test_marked_sentences_alone_are_no_answer(library: Library, server: ScriptedServer) -> None:
    server.will(Turn("Pfizer paid BioNTech $911 million. Pfizer sold BioNTech to Moderna."))
    service = library.service(server.url, unsupported=Unsupported.MARK)
    answer = ask(service, QUESTION)
    assert answer.receipt.problem == "unsupported"
    assert answer.fallback is not None
    assert any("$185 million" in text for text in texts(answer) if MARK not in text)


@pytest.mark.parametrize("unsupported", Unsupported)
def test_links_and_markup_are_never_shown(
    library: Library, server: ScriptedServer, unsupported: Unsupported
) -> None:
    server.will(
        Turn(
            f"{PAID} "
            "Pfizer paid BioNTech $185 million at the start ![c](https://evil.example/p.png). "
            "Pfizer paid BioNTech $911 million, see [terms](https://evil.example/x). "
            "Development costs are <a href='//evil.example'>shared equally</a>."
        )
    )
    answer = ask(library.service(server.url, unsupported=unsupported), QUESTION)
    assert texts(answer)[0] == PAID
    assert "evil" not in " ".join(texts(answer))
    assert "<" not in " ".join(texts(answer))


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        ("The sources do not say. Please consult the annual report.", AnswerStatus.ABSTAINED),
        ("The sources do not say so outright, but it was a lot.", AnswerStatus.ANSWERED),
    ],
)
def test_only_a_plain_refusal_is_an_abstention(
    library: Library, server: ScriptedServer, reply: str, status: AnswerStatus
) -> None:
    server.will(Turn(reply))
    answer = ask(library.service(server.url), QUESTION)
    assert answer.status is status
    assert (answer.fallback is None) == (status is AnswerStatus.ABSTAINED)


def test_a_reply_that_was_cut_says_so(library: Library, server: ScriptedServer) -> None:
    server.will(Turn(f"{PAID} Development costs are shared equally. And then the", finish="length"))
    answer = ask(library.service(server.url), QUESTION)
    assert texts(answer)[0] == PAID
    assert answer.receipt.problem == "cut"
    assert answer.fallback is not None
    assert answer.fallback.startswith("The chat model's answer was cut off")


def test_a_falsehood_said_again_counts_once(library: Library, server: ScriptedServer) -> None:
    false = "Pfizer paid BioNTech $911 million. "
    server.will(Turn(f"{PAID} Development costs are shared equally. {false * 3}"))
    answer = ask(library.service(server.url), QUESTION)
    assert answer.fallback is None
    assert answer.receipt.counts["repeated"] == 2


def test_an_abstention_says_no_word_of_the_models(library: Library, server: ScriptedServer) -> None:
    server.will(Turn("What did Haven pay for gold?"))
    answer = ask(library.service(server.url), "And what did it pay?", *HISTORY)
    assert answer.message is None or "gold" not in answer.message


def test_a_list_is_asked_for_as_a_list(library: Library, server: ScriptedServer) -> None:
    server.will(Turn("Lufthansa founded Star Alliance with four other airlines."))
    answer = ask(library.service(server.url), "Which airlines founded Star Alliance?")
    assert "partner_list:" in (answer.receipt.prompt_fingerprint or "")


@pytest.mark.parametrize("status", [200, 401, 500])
def test_the_key_stands_in_no_log_and_no_answer(
    library: Library, server: ScriptedServer, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.will(Turn(PAID, status=status, message=f"the key {KEY} is wrong"))
    events = list(library.service(server.url).stream(Question(QUESTION)))
    assert isinstance(events[-1], AnswerDone)
    assert KEY not in repr(events)
    # A provider's client may log what its server said, and this server repeats the key in errors.
    ours = [each for each in caplog.records if status == 200 or each.name.startswith("app.")]
    assert KEY not in " ".join(record.getMessage() for record in ours)


def test_same_replies_give_the_same_answer(library: Library, server: ScriptedServer) -> None:
    server.will(Turn(f"{PAID} Development costs are shared equally."))
    first, second = (ask(library.service(server.url), QUESTION) for _ in range(2))
    assert (first.claims, first.citations, first.notes) == (
        second.claims,
        second.citations,
        second.notes,
    )
