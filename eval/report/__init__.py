"""Reports of runs: one HTML page that opens offline, and Markdown."""
