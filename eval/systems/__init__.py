"""Systems under test: whatever can be asked a question."""
