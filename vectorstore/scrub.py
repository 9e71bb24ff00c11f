"""Overwriting what Chroma leaves of removed vectors in the file of its graph.

hnswlib marks an element as removed and keeps its place, its neighbours and its vector: searches
lead over it. Its vector becomes that of a neighbour that is there still, so that they go on doing
so and nothing of the removed one is left.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vectorstore.graph_file import GraphFile, graph_files, is_removed


def scrub(directory: Path) -> int:
    """Overwrite the vectors of all removed elements in a collection's files; gives their number.

    Args:
        directory: Of an embedded Chroma that nobody has open.

    Raises:
        IndexCorruptError: If a file is not of the form that is known.
    """
    return sum(_scrub(graph) for graph in graph_files(directory) if graph.count)


def _scrub(graph: GraphFile) -> int:
    elements = graph.elements()
    gone = is_removed(elements)
    removed = np.flatnonzero(gone)
    vector = slice(graph.vector, graph.label)
    for place in removed:
        near = graph.neighbours(elements[place])
        near = near[near < graph.count]
        near = near[~gone[near]]
        elements[place, vector] = elements[near[0], vector] if len(near) else 0
    elements.flush()
    used, length = graph.count * graph.size, graph.path.stat().st_size
    if length > used:  # room for more, which holds whatever lay in memory
        with graph.path.open("r+b") as stream:
            stream.seek(used)
            stream.write(bytes(length - used))
    return len(removed)
