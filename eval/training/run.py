"""One training from beginning to end: the teacher if there is to be one, then the reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from app.reading import weights
from app.reading.weights import INT8_MAX
from eval.errors import EvalError
from eval.training.data import TrainingData
from eval.training.initial import put_into
from eval.training.network import EXITS, ReaderNetwork, TeacherNetwork
from eval.training.stream import Stream, batches
from eval.training.train import Recipe, train
from vectorstore.embedding.weights import ModelFiles

TEACHING_RATE, TEACHING_SIZE = 5e-5, 128
IMITATION = 0.6
"""What the teacher says counts so much, and the labels the rest."""

ROUNDED_FROM = 0.5
"""Share of the reader's training after which its matrices are rounded as they ship."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train."""

    minutes: float
    rate: float
    size: int
    """Windows in a batch."""
    seed: int
    workers: int
    """Processes that prepare batches."""
    teacher: Path | None = None
    teacher_minutes: float = 0.0
    fresh: Sequence[str] = ()
    """Names of those of our files that are to be learnt most."""
    upper: bool = False
    """Whether only the layers behind the first exit learn: in the same time they see twice as many
    windows, and what stops early stops as before."""
    levels: int = INT8_MAX
    """The largest integer of a stored matrix. A short training changes weights by less than a step
    of few levels, and is lost by rounding."""
    kept: float = 0.0
    """Share of the weights gone on from in those that the reader ends with: the mean of the two
    often reads better than either (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models").
    """


def learn(
    data: TrainingData,
    base: ModelFiles,
    init: Path | None,
    plan: Plan,
    *,
    checkpoint: Path,
    say: Callable[[str], object],
) -> tuple[ReaderNetwork, str | None]:
    """Train on the graphics card if there is one.

    Args:
        data: What to learn from.
        base: The encoder that the reader adds to.
        init: Weights to continue from.
        plan: How to train.
        checkpoint: State of the reader's training; the teacher's lies beside it.
        say: Takes a line of progress.

    Returns:
        The network, on the processor, and the fingerprint of what it went on from.

    Raises:
        EvalError: If the teacher's encoder cannot be used.
        ReaderWeightsError: If `init` is not there or no reader's.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    attention = "sdpa" if device.type == "cuda" else "eager"
    tokenizer = base.transformer_folder / "tokenizer.json"
    network = ReaderNetwork(base.transformer_folder, attention=attention, exits=EXITS)
    start = None
    if init is not None:
        stored = weights.load(init)
        put_into(network, stored)
        start = stored.fingerprint
    before = [parameter.detach().clone() for parameter in network.parameters()]
    if plan.upper:
        network.learn_upper()
    among = data.pool(plan.fresh)
    teacher = None
    if plan.teacher is not None:
        if not (plan.teacher / "tokenizer.json").is_file():
            raise EvalError(f"{plan.teacher} holds no encoder with its tokenizer.json.")
        teacher = TeacherNetwork(plan.teacher, tokenizer).to(device)
        stream = Stream(among, tokenizer, size=TEACHING_SIZE, seed=plan.seed + 1)
        say("the teacher learns")
        train(
            teacher,
            batches(stream, plan.workers),
            Recipe(plan.teacher_minutes, rate=TEACHING_RATE, seed=plan.seed),
            checkpoint=checkpoint.with_suffix(".teacher.pt"),
            say=say,
        )
    stream = Stream(among, tokenizer, size=plan.size, seed=plan.seed)
    imitation = IMITATION if teacher is not None else 0.0
    train(
        network.to(device),
        batches(stream, plan.workers),
        Recipe(
            plan.minutes,
            rate=plan.rate,
            imitation=imitation,
            levels=plan.levels,
            rounded_from=ROUNDED_FROM if plan.levels < INT8_MAX else 1.0,
            seed=plan.seed,
        ),
        checkpoint=checkpoint,
        teacher=teacher,
        say=say,
    )
    network.to("cpu")
    if start is not None and plan.kept:
        with torch.no_grad():
            for parameter, old in zip(network.parameters(), before, strict=True):
                parameter.lerp_(old, plan.kept)
    return network, start
