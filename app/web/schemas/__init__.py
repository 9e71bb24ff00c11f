"""The wire format: what requests may hold and what an answer looks like as JSON."""
