"""Decides which addresses the program may connect to, for everything that fetches or sends."""
