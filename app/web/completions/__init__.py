"""The interface for OpenAI's clients: `/v1/chat/completions` and `/v1/models`."""
