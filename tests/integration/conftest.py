"""Models are loaded once for all of these tests, which verify indexes in this process."""

from tests.loaded_once import loaded_once

__all__ = ["loaded_once"]
