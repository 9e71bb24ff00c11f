"""Stored questions and answers."""
