"""Texts to vectors: one model, several runtimes that agree with each other."""
