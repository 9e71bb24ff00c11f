"""What one question asks for: its kind, its parts, its spelling and notation."""
