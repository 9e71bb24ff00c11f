"""Runs made readable: one HTML page that opens offline, and Markdown."""
