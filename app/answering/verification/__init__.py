"""Whether the cited quotes support a sentence, and what becomes of one that they do not."""
