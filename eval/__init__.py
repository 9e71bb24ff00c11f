"""Evaluation of all other packages; none of them imports it."""
