"""The training loop: bf16 arithmetic on fp32 masters, an average of the weights, checkpoints.

The rate falls to nothing over the time given, and the average of the last steps' weights is what
counts. A run that goes on from a checkpoint begins with the full rate again.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, log_softmax

from app.reading.pairs import Pairs, Task, Window, batch
from eval.training.examples import Pair, varied
from eval.training.network import POOLED, Judged, ReaderNetwork

HEAD_OF: dict[Task, str] = {
    "question": "answers",
    "claim": "supports",
    "turn": "depends",
    "conflict": "conflicts",
}
BESIDE_THE_ANSWER = 0.4
"""Share kept of the windows of an answerable passage that do not hold its answer."""
GROUP = 32
"""Batches that are sorted by length together."""
SAVED_EVERY_S = 240.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train."""

    minutes: float
    rate: float = 6e-5
    """Twice as much undoes more than it teaches once a reader reads."""
    size: int = 32
    """Windows in a batch."""
    warm_steps: int = 100
    average: float = 0.998
    """Decay of the average of the weights, per step."""
    decay_share: float = 1.0
    """The last share of the time, in which the rate falls to nothing."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """A window with its labels."""

    window: Window
    labels: tuple[int, ...] | None
    holds: bool
    head: int


def train(
    network: ReaderNetwork,
    pairs: Sequence[Pair],
    cutter: Pairs,
    recipe: Recipe,
    *,
    checkpoint: Path,
    say: Any = print,
) -> None:
    """Train until the time is over; the network holds the averaged weights then.

    Args:
        network: In single precision; goes on from its weights.
        pairs: To learn from; without the test part.
        cutter: Makes windows.
        recipe: How long and how fast.
        checkpoint: Written every few minutes: the state to go on from, optimizer included.
        say: Takes a line of progress.
    """
    torch.manual_seed(recipe.seed)
    chance = random.Random(recipe.seed + int(time.time() if checkpoint.exists() else 0))  # noqa: S311
    working = ReaderNetwork.like(network).to(torch.bfloat16).train()
    masters = [p for p in network.parameters() if p.requires_grad]
    copies = [p for p in working.parameters() if p.requires_grad]
    mean = [p.detach().clone() for p in masters]
    optimizer = torch.optim.AdamW(masters, lr=recipe.rate, weight_decay=0.01)
    step = _restored(checkpoint, network, optimizer, mean)
    began = saved = time.monotonic()
    losses: list[float] = []
    first_step = step
    while (spent := time.monotonic() - began) < recipe.minutes * 60:
        for examples in _batches(pairs, cutter, recipe.size, chance):
            spent = time.monotonic() - began
            if spent > recipe.minutes * 60:
                break
            _set_rate(optimizer, recipe, step - first_step, spent)
            with torch.no_grad():
                for master, copy in zip(masters, copies, strict=True):
                    copy.copy_(master)
            loss = _loss(working, examples, cutter.pad)
            loss.backward()  # type: ignore[no-untyped-call]
            for master, copy in zip(masters, copies, strict=True):
                master.grad = copy.grad.float() if copy.grad is not None else None
                copy.grad = None
            torch.nn.utils.clip_grad_norm_(masters, 1.0)
            optimizer.step()
            step += 1
            losses.append(loss.item())
            keep = min(recipe.average, 1 - 1 / (step + 1))
            torch._foreach_mul_(mean, keep)
            torch._foreach_add_(mean, [m.detach() for m in masters], alpha=1 - keep)
            if step % 50 == 0:
                say(f"step {step} loss {sum(losses[-50:]) / 50:.3f} {spent / 60:.1f} min")
            if time.monotonic() - saved > SAVED_EVERY_S:
                _save(checkpoint, network, optimizer, mean, step)
                saved = time.monotonic()
    _save(checkpoint, network, optimizer, mean, step)
    with torch.no_grad():
        for master, averaged in zip(masters, mean, strict=True):
            master.copy_(averaged)


def examples_of(pair: Pair, cutter: Pairs, chance: random.Random) -> Iterator[Example]:
    """The windows of a pair that are worth learning from."""
    head = POOLED.index(HEAD_OF[pair.task])
    limit = chance.choice((128, 160, 192, 224))
    for window in cutter.windows(
        pair.task, pair.asked, pair.sentences, title=pair.title, max_tokens=limit
    ):
        labels = None if pair.labels is None else pair.labels[window.first : window.end]
        holds = pair.holds
        if labels is not None and holds and 1 not in labels:
            if pair.task != "question" or chance.random() > BESIDE_THE_ANSWER:
                continue
            holds = False
        if pair.task in {"turn", "conflict"}:
            labels = None
        yield Example(window, labels, holds, head)


def _batches(
    pairs: Sequence[Pair], cutter: Pairs, size: int, chance: random.Random
) -> Iterator[list[Example]]:
    """One pass over the pairs, shuffled, in batches of windows of like length."""
    order = list(pairs)
    chance.shuffle(order)
    waiting: list[Example] = []
    for pair in order:
        waiting += examples_of(varied(pair, chance), cutter, chance)
        if len(waiting) >= size * GROUP:
            yield from _sorted_out(waiting, size, chance)
            waiting = []
    yield from _sorted_out(waiting, size, chance)


def _sorted_out(
    examples: list[Example], size: int, chance: random.Random
) -> Iterator[list[Example]]:
    examples = sorted(examples, key=lambda example: len(example.window.ids))
    groups = [examples[at : at + size] for at in range(0, len(examples), size)]
    chance.shuffle(groups)
    yield from groups


def _loss(network: ReaderNetwork, examples: Sequence[Example], pad: int) -> Tensor:
    arrays = batch([example.window for example in examples], pad)
    judged = Judged(
        *(
            logits.float()
            for logits in network(
                torch.from_numpy(arrays.ids),
                torch.from_numpy(arrays.mask),
                torch.from_numpy(arrays.types),
                torch.from_numpy(arrays.sentence_of),
            )
        )
    )
    labels = torch.full(judged.sentences.shape, -1.0)
    for row, example in enumerate(examples):
        if example.labels is not None:
            count = min(len(example.labels), labels.shape[1])
            labels[row, :count] = torch.tensor(example.labels[:count], dtype=torch.float)
    known = labels >= 0
    loss = judged.sentences.sum() * 0
    if known.any():
        loss = loss + binary_cross_entropy_with_logits(
            judged.sentences[known], labels[known], pos_weight=torch.tensor(2.0)
        )
    ranked = (labels == 1).any(1) & (known.sum(1) > 1)
    if ranked.any():  # the answer's sentences before the others of the window
        right = labels[ranked] == 1
        chances = log_softmax(judged.sentences.masked_fill(~known, -1e4)[ranked], -1)
        loss = loss - 0.5 * ((chances * right).sum(1) / right.sum(1)).mean()
    heads = torch.tensor([example.head for example in examples])
    holds = torch.tensor([float(example.holds) for example in examples])
    own = judged.pooled.gather(1, heads.unsqueeze(1)).squeeze(1)
    return loss + binary_cross_entropy_with_logits(own, holds)


def _set_rate(optimizer: torch.optim.Optimizer, recipe: Recipe, steps: int, spent: float) -> None:
    rate = recipe.rate * min(1.0, (steps + 1) / recipe.warm_steps)
    if recipe.decay_share > 0:
        left = 1 - spent / (recipe.minutes * 60)
        rate *= min(1.0, max(0.02, left / recipe.decay_share))
    for group in optimizer.param_groups:
        group["lr"] = rate


def _restored(
    checkpoint: Path,
    network: ReaderNetwork,
    optimizer: torch.optim.Optimizer,
    mean: list[Tensor],
) -> int:
    if not checkpoint.exists():
        return 0
    state = torch.load(checkpoint, weights_only=True)
    network.load_state_dict(state["network"], strict=False)
    optimizer.load_state_dict(state["optimizer"])
    for tensor, saved in zip(mean, state["mean"], strict=True):
        tensor.copy_(saved)
    return int(state["step"])


def _save(
    checkpoint: Path,
    network: ReaderNetwork,
    optimizer: torch.optim.Optimizer,
    mean: Sequence[Tensor],
    step: int,
) -> None:
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    partial = checkpoint.with_suffix(".partial")
    torch.save(
        {
            "network": network.own_weights(),
            "optimizer": optimizer.state_dict(),
            "mean": list(mean),
            "step": step,
        },
        partial,
    )
    partial.replace(checkpoint)
