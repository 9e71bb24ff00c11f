"""Questions about the library itself, answered from the catalog."""
