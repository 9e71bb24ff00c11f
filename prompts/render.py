"""Templates to prompts.

A template is `templates/NAME.md`: YAML front matter (name, version, description, variables), then
the text, with `$name` where a value goes (`string.Template`; a dollar sign is `$$`, braces mean
nothing).

What people or documents wrote goes in through `fence` or `fence_one`, never as bare text: between
lines of backticks, one more than the longest run of them inside. As in CommonMark, such a block
ends at a line of at least as many backticks, and there is none inside, so no content can close its
own fence. The content itself stays as it is, to the character: a model can quote from it, and a
quote can be found again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any

from prompts.errors import PromptError

FINGERPRINT_CHARACTERS = 16
"""64 bits: enough to tell versions of one file apart, short enough to read in a report."""
SHORTEST_FENCE = 3
"""What Markdown asks for."""

_FRONT = re.compile(r"---\n(?P<front>.*?)\n---\n(?P<text>.*)", re.S)
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_KEYS = {"name", "version", "description", "variables"}


@dataclass(frozen=True, slots=True)
class Prompt:
    """A template as its file has it."""

    name: str
    version: int
    """Raised by hand whenever the words change; the fingerprint changes by itself."""
    description: str
    variables: frozenset[str]
    text: str
    fingerprint: str
    """Of the whole file, front matter included."""


def render(name: str, /, **values: str) -> str:
    """The template's text with its values put in; what looks like `$name` in a value stays.

    Raises:
        PromptError: If there is no such template, or values are missing, unused or no text.
    """
    prompt = load(name)
    missing = prompt.variables - values.keys()
    unused = values.keys() - prompt.variables
    if missing or unused:
        wrong = [
            f"{what} {', '.join(sorted(names))}"
            for what, names in (("needs", missing), ("does not use", unused))
            if names
        ]
        raise PromptError(f"The prompt {name!r} {' and '.join(wrong)}.")
    for key, value in values.items():
        if not isinstance(value, str):  # a list would be written as Python writes it
            raise PromptError(
                f"The prompt {name!r} takes {key} as text, not as {type(value).__name__}."
            )
    return Template(prompt.text).substitute(values)


def fingerprint(name: str) -> str:
    """The first digits of the SHA-256 of the template's file.

    Raises:
        PromptError: If there is no such template, or it is malformed.
    """
    return load(name).fingerprint


@cache
def load(name: str) -> Prompt:
    """A template, checked.

    Raises:
        PromptError: If there is no such template, or it is malformed.
    """
    if not _NAME.fullmatch(name):  # nor can a name lead out of the folder
        raise PromptError(f"{name!r} is no name of a prompt: lower-case letters, digits, _.")
    path = files("prompts") / "templates" / f"{name}.md"
    try:
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PromptError(f"There is no prompt {name!r} in prompts/templates.") from None
    except UnicodeDecodeError as error:
        raise PromptError(f"{name}.md is not UTF-8: {error.reason}.") from error
    return parse(name, content)


def parse(name: str, content: str) -> Prompt:
    """A template from what its file holds.

    Raises:
        PromptError: If it is malformed.
    """
    matched = _FRONT.fullmatch(content)
    if matched is None:
        raise PromptError(f"{name}.md does not begin with front matter between two lines of ---.")
    front = _front_matter(name, matched["front"])
    text = matched["text"].strip()
    variables = frozenset(front["variables"])
    template = Template(text)
    if not template.is_valid():
        raise PromptError(f"{name}.md has a $ that begins no name; write $$ for a dollar sign.")
    differing = variables ^ set(template.get_identifiers())
    if differing:
        raise PromptError(
            f"{name}.md does not both declare and use {', '.join(sorted(differing))}: "
            "`variables` and the $names of the text must be the same."
        )
    digest = hashlib.sha256(content.encode()).hexdigest()[:FINGERPRINT_CHARACTERS]
    return Prompt(name, front["version"], front["description"], variables, text, digest)


def _front_matter(name: str, text: str) -> dict[str, Any]:
    import yaml  # type: ignore[import-untyped]

    try:
        front = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise PromptError(f"The front matter of {name}.md is not YAML: {error}") from error
    if not isinstance(front, dict) or front.keys() != _KEYS:
        raise PromptError(f"The front matter of {name}.md must have {', '.join(sorted(_KEYS))}.")
    expected = {"name": str, "version": int, "description": str, "variables": list}
    for key, kind in expected.items():
        if not isinstance(front[key], kind):
            raise PromptError(f"`{key}` of {name}.md must be {kind.__name__}.")
    if not all(isinstance(variable, str) for variable in front["variables"]):
        raise PromptError(f"`variables` of {name}.md must be names.")
    if front["name"] != name:
        raise PromptError(f"{name}.md calls itself {front['name']!r}; name and file must agree.")
    return front


def fence(passages: Sequence[str], *, label: str = "Passage") -> str:
    """Passages as numbered data, counted from 1; "(none)" if there are none.

    Args:
        passages: Text that others wrote.
        label: What they are called in the prompt; our own word, not fenced.
    """
    if not passages:
        return "(none)"
    ticks = _fence_of(passages)  # one length for all: a shorter one could stand in a neighbour
    return "\n\n".join(
        f"{label} {n}:\n{ticks}text\n{passage}\n{ticks}" for n, passage in enumerate(passages, 1)
    )


def fence_one(text: str) -> str:
    """One text as data, without a number."""
    ticks = _fence_of([text])
    return f"{ticks}text\n{text}\n{ticks}"


def _fence_of(texts: Sequence[str]) -> str:
    longest = max((len(run) for text in texts for run in re.findall("`+", text)), default=0)
    return "`" * max(SHORTEST_FENCE, longest + 1)
