"""Keeps the library in step with folders, sites, feeds and other systems: `accord sync`."""
