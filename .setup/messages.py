"""Collects what the product says into messages.pot, and brings the catalogues up to date.

    python .setup/messages.py --write    new messages go into each catalogue, untranslated
    python .setup/messages.py            prints what a catalogue lacks or has too much

In Python a message is the first argument of `say` or `marked`, or the first two of `say_number`; in
the widget's TypeScript that of `t`, `marked` or `tn`.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "app" / "languages" / "messages"
_TEXT = r'"(?:[^"\\]|\\.)*"'
_SAID = re.compile(rf"\b(?:t|marked)\(\s*({_TEXT})")
_CHOSEN = re.compile(rf"\bt\([^()\"]*\?\s*({_TEXT})\s*:\s*({_TEXT})")
_COUNTED = re.compile(rf"\btn\(\s*({_TEXT}),\s*({_TEXT})")
_DISPENSABLE = re.compile(
    r'^"(?:Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|'
    r"Last-Translator|Language-Team|MIME-Version|Content-Transfer-Encoding|Generated-By):[^\n]*\n",
    re.MULTILINE,
)
"""Headers that say nothing, or change with each run."""
Message = str | tuple[str, str]


@cache
def messages() -> dict[Message, str]:
    """Every message with the file that says it first."""
    found: dict[Message, str] = {}
    for path in sorted((ROOT / "app").rglob("*.py")):
        for message in _of_python(path.read_text(encoding="utf-8")):
            found.setdefault(message, str(path.relative_to(ROOT)))
    for path in sorted((ROOT / "app" / "widget" / "src").rglob("*.ts")):
        for message in _of_typescript(path.read_text(encoding="utf-8")):
            found.setdefault(message, str(path.relative_to(ROOT)))
    return found


def _of_python(source: str) -> Iterator[Message]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        texts = [
            one.value
            for one in node.args
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
        if name in {"say", "marked", "_says"} and texts:
            yield texts[0]
        elif name == "say_number" and len(texts) > 1:
            yield texts[0], texts[1]


def _of_typescript(source: str) -> Iterator[Message]:
    source = re.sub(r'"\s*\+\s*"', "", source)
    for found in _SAID.finditer(source):
        yield json.loads(found[1])
    for found in _CHOSEN.finditer(source):
        yield from map(json.loads, found.groups())
    for found in _COUNTED.finditer(source):
        yield json.loads(found[1]), json.loads(found[2])


def differences(language: str) -> Iterator[str]:
    """What is wrong with a catalogue, a line each; none if nothing is."""
    from babel.messages.pofile import read_po

    with (FOLDER / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    known = {message.id: message for message in catalogue if message.id}
    wanted = messages()
    for message, place in wanted.items():
        entry = known.get(message)
        if entry is None or entry.fuzzy or not all(_forms(entry.string)):
            yield f"{language}: not translated: {message!r} ({place})"
            continue
        english = [message] if isinstance(message, str) else list(message)
        places = {name for text in english for name in re.findall(r"\{\w+", text)}
        forms = _forms(entry.string)
        for form in forms:
            own = set(re.findall(r"\{\w+", form))
            # "One source" may leave its number out; the form for many may not.
            if own - places or (own != places and (len(forms) == 1 or form == forms[-1])):
                yield f"{language}: {message!r} has {sorted(places)}, its translation {sorted(own)}"
    yield from (f"{language}: said nowhere: {one!r}" for one in known if one not in wanted)


def _forms(string: str | tuple[str, ...]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)


def write() -> None:
    """Bring messages.pot and all catalogues up to date; translations that exist are kept."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po, write_po

    template = Catalog(project="Accord", charset="utf-8")
    for message, place in sorted(messages().items(), key=lambda item: (item[1], str(item[0]))):
        template.add(message, locations=[(place, None)])
    for path in [FOLDER / "messages.pot", *sorted(FOLDER.glob("*.po"))]:
        if path.suffix == ".pot":
            catalogue = template
        else:
            with path.open("rb") as file:
                catalogue = read_po(file, locale=path.stem)
            catalogue.update(template, no_fuzzy_matching=True)
            catalogue.obsolete.clear()
        catalogue.header_comment, catalogue.fuzzy = "", False
        with path.open("wb") as file:
            write_po(file, catalogue, width=100, sort_by_file=True)
        text = path.read_text(encoding="utf-8")
        path.write_text(_DISPENSABLE.sub("", text).lstrip(), encoding="utf-8")


def main() -> int:
    """The command line."""
    if "--write" in sys.argv:
        write()
        return 0
    problems = [line for path in sorted(FOLDER.glob("*.po")) for line in differences(path.stem)]
    print("\n".join(problems))
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
