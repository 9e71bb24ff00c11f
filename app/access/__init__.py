"""Who may do what: API tokens and what they open."""
