"""Sentences that may be cited, and who does, holds or gains what in them."""
