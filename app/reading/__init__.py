"""The reader: a small trained model that reads a question, or a claim, beside sentences."""
