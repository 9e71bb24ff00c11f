"""Which passages and sentences answer, and whether they are enough."""
