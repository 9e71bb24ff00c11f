"""Questions in, cited answers out: answering, web, conversations, settings."""
