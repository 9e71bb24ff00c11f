"""Models are loaded once for all of these tests."""

from tests.loaded_once import loaded_once, verified_here

__all__ = ["loaded_once", "verified_here"]
