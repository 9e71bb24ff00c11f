"""`accord sync`: updates the library from folders, sites, feeds and other systems."""
