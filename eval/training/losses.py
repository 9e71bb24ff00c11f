"""What a network is to learn of a batch: its labels, and what a larger network says of it."""

from __future__ import annotations

from torch import Tensor, arange, sigmoid, where
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy
from torch.nn.functional import log_softmax, softmax

from eval.training.network import POOLED, Judged
from eval.training.stream import Labelled

RIGHT_COUNTS = 2.0
"""A sentence that belongs to the answer counts so much beside one that does not."""
RANKING_COUNTS = 0.5
NEVER = -1e4


def hard(judged: Judged, examples: Labelled) -> Tensor:
    """Cross-entropy with the labels; the answer's sentences before the others of the window."""
    labels = examples.labels
    known = labels >= 0
    counts = where(labels == 1, RIGHT_COUNTS, 1.0) * known
    each = cross_entropy(judged.sentences, labels.clamp(min=0), reduction="none")
    loss = (each * counts).sum() / known.sum().clamp(min=1)
    right = labels == 1
    ranked = right.any(1) & (known.sum(1) > 1)
    chances = log_softmax(judged.sentences.masked_fill(~known, NEVER), -1)
    first = (chances * right).sum(1) / right.sum(1).clamp(min=1)
    loss = loss - RANKING_COUNTS * (first * ranked).sum() / ranked.sum().clamp(min=1)
    return loss + cross_entropy(_own(judged, examples), examples.holds)


def soft(judged: Judged, teacher: Judged, examples: Labelled) -> Tensor:
    """The same with the teacher's chances instead of the labels (Hinton et al. 2015).

    The teacher also knows of sentences that have no label, if they are a question's.
    """
    labels = examples.labels
    number = examples.sentence_of.amax(1) + 1
    there = arange(labels.shape[1], device=labels.device)[None] < number[:, None]
    asked = examples.heads == POOLED.index("answers")
    taken = there & (asked[:, None] | (labels >= 0))
    chances = sigmoid(teacher.sentences)
    each = cross_entropy(judged.sentences, chances, reduction="none") * (1 + chances)
    loss = (each * taken).sum() / taken.sum().clamp(min=1)
    ranked = asked & (labels == 1).any(1) & (taken.sum(1) > 1)
    told = softmax(teacher.sentences.masked_fill(~taken, NEVER), -1)
    found = log_softmax(judged.sentences.masked_fill(~taken, NEVER), -1)
    agreed = (found * told).sum(1)
    loss = loss - RANKING_COUNTS * (agreed * ranked).sum() / ranked.sum().clamp(min=1)
    return loss + cross_entropy(_own(judged, examples), sigmoid(_own(teacher, examples)))


def _own(judged: Judged, examples: Labelled) -> Tensor:
    """Of each window the logit of the head that judges it."""
    return judged.pooled.gather(1, examples.heads[:, None]).squeeze(1)
