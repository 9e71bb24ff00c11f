"""Turns the light Markdown of a loader into canonical text, one small step a file."""
