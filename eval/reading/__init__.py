"""Asks the product what stands in documents with numbered sentences, and puts claims to it."""
