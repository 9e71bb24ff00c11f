"""Asks the product about documents with numbered sentences, and checks claims with its verifier."""
