"""Where the store keeps its things. Plain values: the environment is read by the entry points."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


def sqlite_url(file: Path) -> str:
    """The URL of an SQLite file, whatever its folders are called."""
    # In a URL a question mark ends the path, and what follows a per cent sign is decoded.
    return f"sqlite:///{file}".replace("%", "%25").replace("?", "%3F")


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Locations of catalog and indexes."""

    data_dir: Path
    """Everything that the program stores lies below it."""
    database_url: str | None = None
    """PostgreSQL (or SQLite) URL of the catalog; None is `catalog.db` in the data directory."""
    chroma_url: str | None = None
    """Chroma server, such as `http://chroma:8000`; None embeds Chroma in the data directory."""

    @property
    def catalog_url(self) -> str:
        """The catalog as an SQLAlchemy URL."""
        return self.database_url or sqlite_url(self.data_dir / "catalog.db")

    @property
    def index_dir(self) -> Path:
        """Holds one directory per generation."""
        return self.data_dir / "index"

    @property
    def lock_path(self) -> Path:
        """Held by the one job that writes."""
        return self.data_dir / "ingest.lock"
