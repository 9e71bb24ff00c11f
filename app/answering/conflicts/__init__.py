"""Sources that give different answers to one question."""
