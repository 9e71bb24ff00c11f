"""A follow-up and its conversation: what it refers to, and what one might ask next."""
