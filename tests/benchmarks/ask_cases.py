"""Asks the conversations of a JSONL file of a library and prints what a reader gets, to be read.

    ACCORD_DATA_DIR=… python -m tests.benchmarks.ask_cases CASES.jsonl [--kind KIND]…

A line of the file: {"id", "kind", "turns": [what is typed …], "expected"}. The library is the one
that the settings name, such as the sample's after `make run`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from app.answering.service import ChatService
from app.bootstrap import build_chat_service
from app.conversations.records import as_messages
from app.main import prepare_environment
from app.settings import load_settings
from app.types import Answer, Message, Question


def main() -> None:
    """Print each case with the answer to its last turn."""
    prepare_environment()
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", type=Path)
    parser.add_argument("--kind", action="append", default=[])
    arguments = parser.parse_args()
    service = build_chat_service(load_settings(), watch=False)
    try:
        for line in arguments.cases.read_text("utf-8").splitlines():
            case = json.loads(line)
            if not arguments.kind or case["kind"] in arguments.kind:
                _show(case, _answers(service, case["turns"]))
    finally:
        service.close()


def _answers(service: ChatService, turns: list[str]) -> list[Answer]:
    history: list[Message] = []
    answers = []
    for turn in turns:
        answers.append(service.answer(Question(turn, tuple(history))))
        history += as_messages(answers[-1])
    return answers


def _show(case: dict[str, object], answers: list[Answer]) -> None:
    print(f"{case.get('id', '')} ({case['kind']}), expected: {case.get('expected')}")
    for answer in answers:
        understood = f" → {answer.understood}" if answer.understood else ""
        print(f"  > {answer.question}{understood}")
    answer = answers[-1]
    print(f"  {answer.kind} {answer.status} {answer.receipt.answerability:.2f}")
    if answer.lead:
        print(f"  * {answer.lead.text}")
    for claim in answer.claims:
        if claim.heading:
            print(f"  ## {claim.heading}")
        print(f"  {claim.text} {list(claim.citations)}")
    if answer.message:
        print(f"  {answer.message}")
    for near in answer.near_misses:
        print(f"    ~ {near.text}")
    print()


if __name__ == "__main__":
    main()
