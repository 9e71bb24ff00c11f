"""Who may do what: API tokens, sign-in and sessions."""
