"""Measures by their published definitions: pure functions, each with its source."""
