"""What kind of turn somebody typed, and which question it holds."""
