"""What is read once of an open generation for all requests: such as the list of its documents."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")

MAX_KEPT = 8
"""Each as large as the list of documents, some 2 kB a document."""


class Kept:
    """The values asked for last, by name; goes with its generation. Thread-safe."""

    def __init__(self) -> None:
        self._values: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: Hashable, make: Callable[[], T]) -> T:
        """The value of this name, made if it is not kept. Who comes meanwhile makes it, too."""
        with self._lock:
            if name in self._values:
                self._values.move_to_end(name)
                found: T = self._values[name]
                return found
        value = make()
        with self._lock:
            self._values[name] = value
            while len(self._values) > MAX_KEPT:
                self._values.popitem(last=False)
        return value
