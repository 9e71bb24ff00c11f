"""`sync.toml`: which sources to follow, how often and with which limits.

    contact = "library@example.org"

    [[source]]
    name = "press"
    sitemap = "https://example.org/sitemap.xml"
    include = ["https://example.org/news/*"]

docs/sync.md describes every key.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from ingest.errors import SyncPlanError
from vectorstore.group_names import group_names

MAX_BYTES = 1_000_000

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
KINDS = ("folder", "sitemap", "feed", "pages", "loader")


def duration(value: object) -> timedelta:
    """A length of time written as "90s", "30m", "6h", "7d" or "2w".

    Raises:
        ValueError: If it is written otherwise.
    """
    match = re.fullmatch(r"\s*(\d{1,6})\s*([smhdw])\s*", str(value))
    if match is None:
        raise ValueError('a length of time is written like "30m", "6h" or "7d"')
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


Duration = Annotated[timedelta, BeforeValidator(duration)]


class SourcePlan(BaseModel):
    """One source: exactly one of the keys in `KINDS` says what it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
    folder: Path | None = None
    sitemap: str | None = None
    feed: str | None = None
    pages: tuple[str, ...] = ()
    loader: Annotated[str, Field(pattern=r"^[\w.]+:\w+(\.\w+)?$")] | None = None
    """`module:callable`, see `ingest.sync.adapter`."""
    arguments: dict[str, Any] = Field(default_factory=dict)
    """For the loader; a table `{env = "NAME"}` stands for the value of a variable."""
    groups: Annotated[tuple[str, ...], AfterValidator(group_names)] | None = None
    """Who may see what it holds; an empty list is everybody, None leaves that to the documents."""
    include: tuple[str, ...] = ()
    """Patterns of addresses; where there are any, others are skipped."""
    exclude: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    """Further hosts that the pages of a sitemap may lie on."""
    max_pages: int = Field(default=5_000, ge=1, le=100_000)
    trust_lastmod: bool = False
    """Do not ask for a page that the sitemap says has not changed since."""
    every: Duration | None = None
    """At most so often, where the whole runs more often."""
    grace: Duration | None = None

    @model_validator(mode="after")
    def _is_one_kind(self) -> SourcePlan:
        named = [kind for kind in KINDS if getattr(self, kind)]
        if len(named) != 1:
            raise ValueError(f"it needs exactly one of {', '.join(KINDS)}")
        if self.arguments and not self.loader:
            raise ValueError("only a loader takes arguments")
        return self

    @property
    def kind(self) -> str:
        """Which of `KINDS` it is."""
        return next(kind for kind in KINDS if getattr(self, kind))

    def wants(self, address: str) -> bool:
        """Whether the patterns let an address through."""
        if self.include and not any(fnmatchcase(address, each) for each in self.include):
            return False
        return not any(fnmatchcase(address, each) for each in self.exclude)


class SyncPlan(BaseModel):
    """All of a `sync.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: tuple[SourcePlan, ...] = Field(min_length=1)
    grace: Duration = timedelta(days=7)
    """How long a page must have been gone before its document is erased."""
    delay: Duration = timedelta(seconds=1)
    """Between two requests to one host; a longer crawl-delay of its robots.txt wins."""
    time_limit: Duration = timedelta(hours=1)
    """Of fetching, in one round; what is left is taken first in the next one."""
    contact: Annotated[str, Field(max_length=200, pattern=r"^[\x21-\x7e]*$")] = ""
    """Address for people who run the sites, sent with each request."""
    allow_private_hosts: tuple[str, ...] = ()
    """Names of the local network that may be fetched from."""
    ports: tuple[Annotated[int, Field(ge=1, le=65_535)], ...] = ()
    """Beside 80 and 443."""

    @model_validator(mode="after")
    def _names_differ(self) -> SyncPlan:
        names = [each.name for each in self.source]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two sources have the same name: {', '.join(twice)}")
        return self

    def grace_of(self, source: SourcePlan) -> timedelta:
        """How long documents are kept that a source no longer names."""
        return self.grace if source.grace is None else source.grace


def read_plan(path: Path) -> SyncPlan:
    """Read a `sync.toml`; folders are taken relative to its own.

    Raises:
        SyncPlanError: If there is none or it is not right, with the place and what to do.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SyncPlanError(f"{path} is larger than {MAX_BYTES:,} bytes.")
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SyncPlanError(
            f"There is no {path}. Write one (docs/sync.md), or name another file."
        ) from None
    except OSError as error:
        raise SyncPlanError(f"{path} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise SyncPlanError(f"{path} is not valid TOML: {error}.") from None
    for source in values.get("source", ()) if isinstance(values.get("source"), list) else ():
        if isinstance(source, dict) and isinstance(source.get("folder"), str):
            source["folder"] = path.resolve().parent / Path(source["folder"]).expanduser()
    try:
        return SyncPlan.model_validate(values)
    except ValidationError as error:
        raise SyncPlanError(f"{path}: {' '.join(_sentences(error, values))}") from None


def with_variables(arguments: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """The arguments with `{env = "NAME"}` replaced by the variable's value.

    Raises:
        SyncPlanError: If a variable is not set.
    """
    filled: dict[str, Any] = {}
    for name, value in arguments.items():
        if isinstance(value, Mapping) and set(value) == {"env"}:
            variable = str(value["env"])
            if variable not in environment:
                raise SyncPlanError(f"The variable {variable} is not set; {name!r} needs it.")
            filled[name] = environment[variable]
        elif isinstance(value, Mapping):
            filled[name] = with_variables(value, environment)
        else:
            filled[name] = value
    return filled


def environment() -> Mapping[str, str]:
    """The variables of this process, for `with_variables`."""
    return os.environ


def _sentences(error: ValidationError, values: Mapping[str, Any]) -> list[str]:
    sentences = []
    for problem in error.errors(include_url=False, include_input=False):
        place = list(problem["loc"])
        if len(place) > 1 and place[0] == "source" and isinstance(place[1], int):
            source = values["source"][place[1]]
            name = source.get("name") if isinstance(source, dict) else None
            place[:2] = [f"source {name or place[1] + 1!r}"]
        where = ".".join(str(each) for each in place)
        said = problem["msg"].removeprefix("Value error, ")
        sentences.append(f"{where}: {said}." if where else f"{said[:1].upper()}{said[1:]}.")
    return sentences
