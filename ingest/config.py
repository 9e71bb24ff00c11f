"""Options of an ingest run, and the versions that decide what must be made again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingest.chunking import CHUNKER_VERSION, ChunkingSettings
from vectorstore.config import StoreSettings
from vectorstore.types import UNRESTRICTED, Audience

PREPARATION_VERSION = "9"
"""Raised with every change of loading, cleaning, splitting or metadata that alters results:
the next run then prepares and embeds again what it would otherwise skip as unchanged."""


class IngestSettings(BaseSettings):
    """The part of the program's settings that ingest needs, under the same names."""

    model_config = SettingsConfigDict(
        env_prefix="ACCORD_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    data_dir: Path = Field(
        default=Path(".accord"), description="Folder in which the program stores everything."
    )
    chroma_url: str | None = Field(
        default=None,
        description="URL of a Chroma server; unset keeps the index in the data folder.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="SQLAlchemy URL of the catalog; unset is SQLite in the data folder.",
    )
    embedding_model: str | None = Field(
        default=None,
        description='"multilingual", or name or folder of a model; unset uses the bundled one.',
    )
    embedding_runtime: str | None = Field(
        default=None, description="Runtime that computes embeddings; unset takes the fastest."
    )
    threads: int | None = Field(
        default=None, ge=1, le=1024, description="Threads for embedding; unset uses all cores."
    )
    sync_file: Path = Field(
        default=Path("sync.toml"), description="The sources that `accord sync` keeps in step with."
    )

    intranet_hosts: tuple[str, ...] = Field(
        default=(),
        description="Hosts and ranges of your own network that may be fetched, as a JSON list.",
    )

    @property
    def store(self) -> StoreSettings:
        """Where catalog and indexes are."""
        url = self.database_url.get_secret_value() if self.database_url else None
        return StoreSettings(self.data_dir, url, self.chroma_url)


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """Options of one run."""

    prune: bool = False
    """Remove documents whose files are gone from the folders named."""
    dry_run: bool = False
    """Read and prepare, but store nothing."""
    force: bool = False
    """Make every document anew, also what has not changed."""
    check: bool = False
    """Only read, and say of each source how many of its words stand in its text."""
    groups: tuple[str, ...] | None = None
    """Who may see what is named, from now on and whatever the files say; None leaves that to them,
    empty is everybody."""
    audience: Audience = UNRESTRICTED
    """Who asked for the run: documents that are hidden from them are left alone, and told of in no
    other way than that they cannot be taken."""


def pipeline_version(chunking: ChunkingSettings) -> str:
    """Version of all steps from a source's bytes to its passages; a new one has all read again."""
    sizes = f"{chunking.minimum}-{chunking.target}-{chunking.maximum}"
    return f"{PREPARATION_VERSION}/{CHUNKER_VERSION}/{sizes}"
