"""Have an answer written, and each of its sentences verified before it is shown."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import replace

from app.answering.composition.citing import Citer
from app.answering.composition.compose import Composer, Outcome, Proposal, Task, Waiting
from app.answering.evidence.evidence import leans
from app.types import AnswerEvent, StatusEvent, Verdict


def written(composer: Composer, task: Task, citer: Citer) -> Generator[AnswerEvent, None, Outcome]:
    """Compose the answer; supported sentences are numbered by the citer, and shown.

    Where the composer fails, or little of what it wrote may be shown, the answer in the sources'
    own words follows; nothing that was shown is taken back.
    """
    outcome = Outcome()
    with closing(composer.compose(task)) as steps:
        for step in steps:
            match step:
                case Waiting():
                    yield StatusEvent("composing")
                case Proposal():
                    yield from citer.add(step)
                    yield StatusEvent("composing")
                case Outcome():
                    outcome = step
    if outcome.use is not None:
        citer.counts["by_model"] = citer.counts["proposals"]  # the rest is the sources' own words
    outcome = outcome.after(citer.counts["proposals"], citer.counts[Verdict.SUPPORTED])
    if outcome.problem is None:
        return outcome
    num_before = len(citer.claims)
    for place, proposal in enumerate(task.outline):
        is_said = all(citer.says(item) for item in proposal.evidence)
        # Behind sentences of the model "It …" would speak of theirs, not of the one left out.
        leans_wrongly = (
            outcome.num_shown > 0
            and leans(proposal.text)
            and not (place and citer.has_just_said(task.outline[place - 1].evidence[0]))
        )
        if not is_said and not leans_wrongly:
            yield from citer.add(proposal)
    return replace(outcome, num_added=len(citer.claims) - num_before)
