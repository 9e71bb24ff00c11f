"""A question of another language put into English: its words, their forms, and their order."""
