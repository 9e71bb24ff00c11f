"""The training loop: bf16 arithmetic on fp32 masters, an average of the weights, checkpoints.

The rate falls to nothing over the time given, and the average of the last steps' weights is what
counts. A run that continues from a checkpoint begins with the full rate again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from app.reading.weights import INT8_MAX, LAYERS
from eval.training import losses
from eval.training.network import Judged, ReaderNetwork
from eval.training.stream import Labelled

SAVED_EVERY_S = 240.0
SAID_EVERY = 50
EXITS_COUNT = (0.25, 1.0)
"""What is learnt for each of the reader's exits; a network of fewer has the last."""
TINY = 1e-8
LEAST_RATE = 0.01
"""Share of the rate at the end."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train."""

    minutes: float
    rate: float = 6e-5
    """With batches of 32 windows twice as much undoes more than it teaches once a reader reads."""
    warm_steps: int = 150
    average: float = 0.998
    """Decay of the average of the weights, per step."""
    imitation: float = 0.0
    """What the teacher says counts so much, and the labels the rest."""
    levels: int = INT8_MAX
    """Of the matrices of the layers as they ship: the largest integer."""
    rounded_from: float = 1.0
    """Share of the time after which the layers are computed with their matrices as they ship,
    rounded, while the gradient goes to the exact ones (Jacob et al. 2018)."""
    seed: int = 0


def train(
    network: ReaderNetwork,
    examples: Iterable[Labelled],
    recipe: Recipe,
    *,
    checkpoint: Path,
    teacher: ReaderNetwork | None = None,
    say: Callable[[str], object] = print,
) -> None:
    """Train until the time is over; the network holds the averaged weights then.

    Args:
        network: In single precision, on the device to train on; continues from its weights.
        examples: Batches without end; without the test part.
        recipe: How long and how fast.
        checkpoint: Written every few minutes: the state to continue from, optimizer included.
        teacher: A trained network to imitate, on the same device.
        say: Takes a line of progress.
    """
    torch.manual_seed(recipe.seed)
    device = next(network.parameters()).device
    working = ReaderNetwork.like(network).to(torch.bfloat16).train()
    guide = None if teacher is None else ReaderNetwork.like(teacher).to(torch.bfloat16).eval()
    masters: list[Tensor] = [p for p in network.parameters() if p.requires_grad]
    copies: list[Tensor] = [p for p in working.parameters() if p.requires_grad]
    mean = [p.detach().clone() for p in masters]
    optimizer = torch.optim.AdamW(_groups(masters), lr=recipe.rate, betas=(0.9, 0.98))
    step = _restored(checkpoint, network, optimizer, mean)
    first_step, seen, recent = step, 0, torch.zeros(SAID_EVERY)
    began = saved = time.monotonic()
    for batch in examples:
        spent = time.monotonic() - began
        if spent >= recipe.minutes * 60:
            break
        _set_rate(optimizer, recipe, step - first_step, spent)
        with torch.no_grad():
            torch._foreach_copy_(copies, masters)
            if spent >= recipe.rounded_from * recipe.minutes * 60:
                _round(working, recipe.levels)
        loss = _loss(working, guide, batch.to(device), recipe.imitation)
        loss.backward()  # type: ignore[no-untyped-call]
        for master, copy in zip(masters, copies, strict=True):
            master.grad = copy.grad.float() if copy.grad is not None else None
            copy.grad = None
        torch.nn.utils.clip_grad_norm_(masters, 1.0)
        optimizer.step()
        step, seen = step + 1, seen + len(batch.holds)
        recent[step % SAID_EVERY] = loss.detach()
        keep = min(recipe.average, 1 - 1 / (step + 1))
        torch._foreach_mul_(mean, keep)
        torch._foreach_add_(mean, [m.detach() for m in masters], alpha=1 - keep)
        if step % SAID_EVERY == 0:
            say(f"step {step}: {seen} windows, loss {recent.mean():.3f}, {spent / 60:.1f} min")
        if time.monotonic() - saved > SAVED_EVERY_S:
            _save(checkpoint, network, optimizer, mean, step)
            saved = time.monotonic()
    _save(checkpoint, network, optimizer, mean, step)
    with torch.no_grad():
        torch._foreach_copy_(masters, mean)


def _loss(
    network: ReaderNetwork, teacher: ReaderNetwork | None, batch: Labelled, imitation: float
) -> Tensor:
    said = None
    if teacher is not None and imitation > 0:
        with torch.no_grad():
            said = _judged(teacher, batch)[-1]
    exits = _judged(network, batch)
    counts = EXITS_COUNT[-len(exits) :]
    total = torch.zeros((), device=batch.holds.device)
    for count, judged in zip(counts, exits, strict=True):
        loss = losses.hard(judged, batch)
        if said is not None:
            loss = (1 - imitation) * loss + imitation * losses.soft(judged, said, batch)
        total = total + count * loss
    return total


def _judged(network: ReaderNetwork, batch: Labelled) -> list[Judged]:
    judged: list[Judged] = network(
        batch.ids, batch.mask, batch.types, batch.sentence_of, batch.labels.shape[1]
    )
    return judged


def _round(network: ReaderNetwork, levels: int) -> None:
    """The matrices of the layers as `app.reading.weights` keeps them."""
    for name, parameter in network.named_parameters():
        if parameter.ndim == 2 and LAYERS in name:
            scales = parameter.abs().amax(1, keepdim=True).clamp(min=TINY) / levels
            parameter.copy_(torch.round(parameter / scales) * scales)


def _groups(parameters: Sequence[Tensor]) -> list[dict[str, object]]:
    """Matrices decay, biases and norms do not."""
    matrices = [p for p in parameters if p.ndim > 1]
    rest = [p for p in parameters if p.ndim <= 1]
    return [{"params": matrices, "weight_decay": 0.01}, {"params": rest, "weight_decay": 0.0}]


def _set_rate(optimizer: torch.optim.Optimizer, recipe: Recipe, steps: int, spent: float) -> None:
    rate = recipe.rate * min(1.0, (steps + 1) / recipe.warm_steps)
    rate *= max(LEAST_RATE, 1 - spent / (recipe.minutes * 60))
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
