"""Things side by side, or all of a kind in one order, by values from the sources."""
