"""Training of the reader: data to examples, the network, the loop, and what ships of it."""
