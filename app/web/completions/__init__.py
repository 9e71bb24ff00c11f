"""The door that OpenAI's clients know: `/v1/chat/completions` and `/v1/models`."""
