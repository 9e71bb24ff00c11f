"""Notifies other programs: signed, with retries, and to public addresses unless allowed."""
