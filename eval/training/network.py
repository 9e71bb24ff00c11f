"""The reader as a PyTorch module: one encoder, one head for each thing that it judges."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot
from transformers import AutoModel

FROZEN = "embeddings.word_embeddings"
"""The largest table of the base weights stays as it is, so that it need not ship."""
POOLED = ("answers", "supports", "depends", "conflicts")
"""Heads over the first token, in the order of their outputs."""


class Judged(NamedTuple):
    """Logits of a batch."""

    sentences: Tensor
    """(windows, sentences): does it belong to the answer?"""
    pooled: Tensor
    """(windows, len(POOLED))"""


class ReaderNetwork(nn.Module):
    """Reads windows (`app.reading.pairs`) and judges their sentences and the whole."""

    def __init__(self, base: Path) -> None:
        """Base weights in the encoder, fresh heads.

        Args:
            base: Folder of a BERT-like encoder.
        """
        super().__init__()
        # "eager" is twice as fast as "sdpa" on processors with bf16 and windows this short.
        self.encoder = AutoModel.from_pretrained(
            base, attn_implementation="eager", attention_probs_dropout_prob=0.0
        )
        size = self.encoder.config.hidden_size
        self.sentence = nn.Sequential(nn.Linear(2 * size, size), nn.GELU(), nn.Linear(size, 1))
        self.heads = nn.Linear(size, len(POOLED))
        for name, parameter in self.encoder.named_parameters():
            if name.startswith(FROZEN):
                parameter.requires_grad_(requires_grad=False)

    @classmethod
    def like(cls, other: ReaderNetwork) -> ReaderNetwork:
        """A copy of its own."""
        return copy.deepcopy(other)

    def own_weights(self) -> dict[str, Tensor]:
        """All weights but the frozen table of the base."""
        return {name: tensor for name, tensor in self.state_dict().items() if FROZEN not in name}

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor, sentence_of: Tensor) -> Judged:
        """Judge windows.

        Args:
            ids: (windows, tokens)
            mask: (windows, tokens), 1 where there is a token.
            types: (windows, tokens), 1 behind the question.
            sentence_of: (windows, tokens), -1 outside of sentences.
        """
        hidden = self.encoder(
            input_ids=ids, attention_mask=mask, token_type_ids=types
        ).last_hidden_state
        first = hidden[:, 0]
        num = int(sentence_of.max()) + 1
        spans = one_hot(sentence_of + 1, num + 1)[..., 1:].to(hidden.dtype)
        sums = torch.einsum("wts,wth->wsh", spans, hidden)
        means = sums / spans.sum(1).clamp(min=1).unsqueeze(-1)
        beside = first.unsqueeze(1).expand(-1, means.shape[1], -1)
        return Judged(self.sentence(torch.cat([means, beside], -1)).squeeze(-1), self.heads(first))
