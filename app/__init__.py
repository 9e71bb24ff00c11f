"""Questions in, cited answers out: answering, web, conversations, settings."""

DISTRIBUTION = "accord"
"""What is installed under this name."""
