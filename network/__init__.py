"""Which addresses the program connects to by itself, for all that fetches or sends."""
