"""Readers: files of many shapes become cases over a corpus."""
