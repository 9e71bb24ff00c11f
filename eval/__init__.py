"""Measures everything below; nothing imports it."""
