"""The words that a model knows whole: a list of the language's common ones."""

from __future__ import annotations

import json
from functools import cache

from vectorstore.embedding.weights import locate


@cache
def known_words(model: str) -> frozenset[str]:
    """Lower-case words of the model's vocabulary, without the pieces of words.

    Raises:
        WeightsError: If the model is absent.
    """
    path = locate(model).transformer_folder / "tokenizer.json"
    vocabulary = json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"]
    return frozenset(word for word in vocabulary if word.isalpha())
