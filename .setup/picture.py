"""Draw which package imports which, as Mermaid, from the imports themselves.

    .venv/bin/python .setup/picture.py            prints the picture
    .venv/bin/python .setup/picture.py --write    puts it into docs/architecture.md (or: make docs)

A test fails when the page is behind the code.
"""

from __future__ import annotations

import sys
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- picture: written by `make docs` -->\n", "<!-- end of picture -->\n"

PACKAGES = ("eval", "app", "ingest", "prompts", "vectorstore", "network")
OPENED = "app"
"""The package whose parts are drawn: its sub-packages, and these modules."""
MODULES = ("bootstrap", "cli")


def edges() -> list[tuple[str, str]]:
    """Importer and imported: between packages, and between the parts of the opened one.

    Imports for type checkers alone are left out: they are not there when the program runs.
    """
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=True, cache_dir=None)
    parts = {each for each in graph.find_children(OPENED) if graph.find_children(each)}
    parts |= {f"{OPENED}.{name}" for name in MODULES}
    found: set[tuple[str, str]] = set()
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            ends = _package(module), _package(imported)
            if ends[0] != ends[1]:
                found.add(ends)
            inner = _part(module), _part(imported)
            if inner[0] != inner[1] and parts.issuperset(inner):
                found.add(inner)
    return sorted(found)


def _package(module: str) -> str:
    return module.split(".", 1)[0]


def _part(module: str) -> str:
    return ".".join(module.split(".")[:2])


def picture() -> str:
    """The picture as a fenced block of Mermaid."""
    inner = [edge for edge in edges() if "." in edge[0]]
    names = sorted({name for edge in inner for name in edge})
    lines = [
        "flowchart TD",
        f"    subgraph {OPENED}",
        *(f"        {_id(name)}[{name}]" for name in names),
        *(f"        {_id(one)} --> {_id(other)}" for one, other in inner),
        "    end",
        *(f"    {one} --> {other}" for one, other in edges() if "." not in one),
    ]
    return "\n".join(["```mermaid", *lines, "```", ""])


def _id(name: str) -> str:
    return name.replace(".", "_")


def page(text: str) -> str:
    """The page with its picture brought up to date."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{picture()}\n{END}{after}"


if __name__ == "__main__":
    # The packages of this checkout, wherever another one is installed from.
    sys.path.insert(0, str(ROOT))
    if "--write" in sys.argv[1:]:
        PAGE.write_text(page(PAGE.read_text()))
    else:
        print(picture(), end="")
