"""What is said to people in their language, and what they ask in it."""
