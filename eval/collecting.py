"""Makes cases of questions without a good answer, in a file that a person completes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.conversations.records import Gap, as_messages
from app.types import Message
from eval.datasets.case_format import case_fields, read_cases
from eval.errors import DatasetError
from eval.types import Case

TAG = "from-use"
MAX_TURNS = 20
"""Of a long conversation, its last turns: as many as a server reads back for a follow-up."""
ID_DIGITS = 16
"""64 bits of hash: no two questions of one service share them."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of cases on their way into a file."""

    new: int
    known: int
    """Cases whose id the file has already; their lines stay as somebody left them."""


def cases_from(gaps: Iterable[Gap]) -> tuple[Case, ...]:
    """One case for each question with the questions before it, in the order first asked.

    What the answer should have been is left for a person to say: evidence, facts and references
    are empty, and whether the sources answer it is unknown.
    """
    alike: dict[str, list[Gap]] = {}
    for gap in gaps:
        alike.setdefault(_case_id(gap), []).append(gap)
    return tuple(_case(identifier, group) for identifier, group in alike.items())


def append_cases(path: Path, cases: Sequence[Case]) -> Appended:
    """Add the cases whose ids the file does not have yet; nothing in it is changed.

    Raises:
        DatasetError: If the file holds something else, or cannot be written.
    """
    try:
        before = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise DatasetError(f"The cases {path} cannot be read: {error.strerror}.") from error
    known = {case.id for case in read_cases(path)} if before.strip() else set()
    new = [case for case in cases if case.id not in known]
    # An editor may have left the last line without its end.
    gap = b"\n" if before and not before.endswith(b"\n") else b""
    lines = "".join(f"{_line(case)}\n" for case in new).encode()
    if new:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab") as file:
                file.write(gap + lines)
        except OSError as error:
            raise DatasetError(f"Cases cannot be written to {path}: {error.strerror}.") from error
    return Appended(len(new), len(cases) - len(new))


def _line(case: Case) -> str:
    # The format leaves out what is unknown; here it stands for somebody to fill in.
    fields = {**case_fields(case), "answerability": case.answerability.value}
    return json.dumps(fields, ensure_ascii=False)


def _case_id(gap: Gap) -> str:
    # Questions only: the answers before it may differ with each index, the case is the same.
    asked = [one.question for one in gap.earlier[-MAX_TURNS:]] + [_question(gap)]
    words = json.dumps([_folded(question) for question in asked], ensure_ascii=False)
    return f"{TAG}-{hashlib.sha256(words.encode()).hexdigest()[:ID_DIGITS]}"


def _case(identifier: str, group: Sequence[Gap]) -> Case:
    first = group[0]
    reasons = (reason for gap in group for reason in gap.reasons)
    channels = (gap.channel.value for gap in group)
    return Case(
        id=identifier,
        question=_question(first),
        history=tuple(
            message
            for one in first.earlier[-MAX_TURNS:]
            for message in map(_bare, as_messages(one))
            if message.content.strip()
        ),
        tags=tuple(dict.fromkeys((TAG, *reasons, *channels))),
        notes=_notes(group),
    )


def _question(gap: Gap) -> str:
    """What was asked; what was searched, where a caller kept the conversation to itself."""
    return gap.answer.receipt.condensed_query if _lost_history(gap) else gap.answer.question


def _lost_history(gap: Gap) -> bool:
    searched = _folded(gap.answer.receipt.condensed_query)
    return not gap.earlier and bool(searched) and searched != _folded(gap.answer.question)


def _notes(group: Sequence[Gap]) -> str:
    """The answer given last, and what helps a person to say what it should have been."""
    last = group[-1]
    answer = last.answer
    times = "once" if len(group) == 1 else f"{len(group)} times"
    lines = [f"Asked {times}, last on {answer.created.date()}. The answer ({last.status.value}):"]
    lines.append(as_messages(answer)[1].content)
    lines += [f"[{one.n}] {one.metadata.title}: {one.quote}" for one in answer.citations]
    lines += [f"Near: {one.title}: {one.text}" for one in answer.near_misses]
    if _lost_history(last):
        lines.append(
            f"It was a follow-up, worded {answer.question!r}; the caller kept the conversation, so "
            "the case asks what was searched."
        )
    comments = (down.comment for gap in group for down in gap.downs if down.comment)
    lines += [f"Comment: {comment}" for comment in dict.fromkeys(comments)]
    return "\n".join(lines)


def _folded(text: str) -> str:
    """Its words: capitals, spaces and a forgotten question mark make no other question."""
    return " ".join(_WORD.findall(text.casefold()))


def _bare(message: Message) -> Message:
    """Without the documents of a library that the cases may not be asked of."""
    return replace(message, documents=())
