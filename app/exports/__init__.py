"""Answers and conversations as documents with footnotes."""
