"""The reader as a PyTorch module: one encoder, and at several depths a head for each judgement."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.functional import one_hot
from transformers import AutoModel

from eval.errors import EvalError

FROZEN = "embeddings.word_embeddings"
"""The largest table of the base weights stays as it is, so that it need not ship."""
POOLED = ("answers", "supports", "depends", "conflicts")
"""Heads over the first token, in the order of their outputs."""
EXITS = (3, 6)
"""Layers behind which the reader may stop (`app.reading.cross_encoder`). Six more layers brought
nothing in the same time (docs/reader.md)."""
SPECIAL = {"[PAD]": "<pad>", "[CLS]": "<s>", "[SEP]": "</s>"}
"""The marks of BERT's vocabulary and what others call them."""


class Judged(NamedTuple):
    """Logits of a batch."""

    sentences: Tensor
    """(windows, sentences): does it belong to the answer?"""
    pooled: Tensor
    """(windows, len(POOLED))"""


class ReaderNetwork(nn.Module):
    """Reads windows (`app.reading.pairs`) and judges their sentences and the whole."""

    def __init__(
        self, base: Path, *, attention: str = "eager", exits: Sequence[int] | None = None
    ) -> None:
        """Base weights in the encoder, fresh heads.

        Args:
            base: Folder of a BERT-like encoder.
            exits: Layers behind which heads stand, in order, the base's last one at the end; behind
                that alone if None.
            attention: How it is computed. "eager" is twice as fast as "sdpa" on processors with
                bf16 and windows this short; on a graphics card it is the other way round.
        """
        super().__init__()
        self.encoder = AutoModel.from_pretrained(
            base, attn_implementation=attention, attention_probs_dropout_prob=0.0
        )
        config = self.encoder.config
        self.depths = tuple(exits or (config.num_hidden_layers,))
        self.exits = nn.ModuleList(_Heads(config.hidden_size) for _ in self.depths)
        for name, parameter in self.encoder.named_parameters():
            if name.startswith(FROZEN):
                parameter.requires_grad_(requires_grad=False)

    def learn_upper(self) -> None:
        """Let only what stands behind the first exit learn."""
        layers = [f"encoder.encoder.layer.{layer}." for layer in range(self.depths[0])]
        lower = ("encoder.embeddings.", "exits.0.", *layers)
        for name, parameter in self.named_parameters():
            if name.startswith(lower):
                parameter.requires_grad = False

    @classmethod
    def like(cls, other: ReaderNetwork) -> ReaderNetwork:
        """A copy of its own."""
        return copy.deepcopy(other)

    def own_weights(self) -> dict[str, Tensor]:
        """All weights but the frozen table of the base."""
        return {name: tensor for name, tensor in self.state_dict().items() if FROZEN not in name}

    def forward(
        self, ids: Tensor, mask: Tensor, types: Tensor, sentence_of: Tensor, num_sentences: int
    ) -> list[Judged]:
        """Judge windows; what is judged at each exit.

        Args:
            ids: (windows, tokens)
            mask: (windows, tokens), 1 where there is a token.
            types: (windows, tokens), 1 behind the question.
            sentence_of: (windows, tokens), -1 outside of sentences.
            num_sentences: Of the window that has most.
        """
        spans = one_hot(sentence_of + 1, num_sentences + 1)[..., 1:]
        means = spans / spans.sum(1, keepdim=True).clamp(min=1)
        hidden = self._read(ids, mask, types)
        return [
            heads(hidden[depth], means)
            for heads, depth in zip(self.exits, self.depths, strict=True)
        ]

    def _read(self, ids: Tensor, mask: Tensor, types: Tensor) -> Sequence[Tensor]:
        """Of each layer (windows, tokens, width); the first is of the embeddings."""
        found = self.encoder(
            input_ids=ids, attention_mask=mask, token_type_ids=types, output_hidden_states=True
        )
        return cast("Sequence[Tensor]", found.hidden_states)


class _Heads(nn.Module):
    """What is judged behind one layer."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.sentence = nn.Sequential(nn.Linear(2 * size, size), nn.GELU(), nn.Linear(size, 1))
        self.heads = nn.Linear(size, len(POOLED))

    def forward(self, hidden: Tensor, means: Tensor) -> Judged:
        """Of (windows, tokens, width), the sentences as (windows, tokens, sentences) weights."""
        first = hidden[:, 0]
        of_sentences = torch.einsum("wts,wth->wsh", means.to(hidden.dtype), hidden)
        beside = first.unsqueeze(1).expand(-1, of_sentences.shape[1], -1)
        return Judged(
            self.sentence(torch.cat([of_sentences, beside], -1)).squeeze(-1).float(),
            self.heads(first).float(),
        )


class TeacherNetwork(ReaderNetwork):
    """The same heads over a larger encoder, which a smaller one then imitates.

    It takes the reader's windows: its vocabulary must hold the reader's word pieces under
    whatever numbers. An encoder without types of segments (such as MPNet) is given some.
    """

    _numbers: Tensor

    def __init__(self, base: Path, reader_tokenizer: Path, *, attention: str = "eager") -> None:
        """Base weights in the encoder, fresh heads.

        Args:
            base: Folder of an encoder with its `tokenizer.json`.
            reader_tokenizer: `tokenizer.json` that windows are cut with.
            attention: As for `ReaderNetwork`.

        Raises:
            EvalError: If the encoder does not know the reader's word pieces.
        """
        super().__init__(base, attention=attention)
        own = Tokenizer.from_file(str(base / "tokenizer.json"))
        numbers = _numbers_of(Tokenizer.from_file(str(reader_tokenizer)), own)
        self.register_buffer("_numbers", torch.tensor(numbers), persistent=False)
        config: Any = self.encoder.config
        self.segments = nn.Embedding(2, config.hidden_size)
        nn.init.zeros_(self.segments.weight)
        self._has_types = getattr(config, "type_vocab_size", 0) >= len(self.segments.weight)

    def _read(self, ids: Tensor, mask: Tensor, types: Tensor) -> Sequence[Tensor]:
        ids = self._numbers[ids]
        if self._has_types:
            return super()._read(ids, mask, types)
        embedded = self.encoder.get_input_embeddings()(ids) + self.segments(types)
        found = self.encoder(inputs_embeds=embedded, attention_mask=mask, output_hidden_states=True)
        return cast("Sequence[Tensor]", found.hidden_states)


def _numbers_of(reader: Tokenizer, teacher: Tokenizer) -> list[int]:
    """For each word piece of the reader's vocabulary its number in the teacher's."""
    found = []
    for piece, _ in sorted(reader.get_vocab().items(), key=lambda entry: entry[1]):
        number = teacher.token_to_id(SPECIAL.get(piece, piece))
        number = teacher.token_to_id(piece) if number is None else number
        if number is None:
            raise EvalError(
                f"The teacher does not know the reader's word piece {piece!r}: choose an encoder "
                "with BERT's uncased vocabulary, such as all-mpnet-base-v2."
            )
        found.append(int(number))
    return found
