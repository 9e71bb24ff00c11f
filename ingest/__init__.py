"""Reads sources; produces catalogued and embedded passages."""
