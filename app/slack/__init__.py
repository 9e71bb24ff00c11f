"""The door to Slack: questions from messages, commands and buttons; answers as blocks."""
