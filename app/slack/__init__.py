"""The interface to Slack: questions from messages, commands and buttons; answers as blocks."""
