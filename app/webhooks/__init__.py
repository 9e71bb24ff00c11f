"""Tells other programs what happens here: signed, retried, never to private addresses unasked."""
