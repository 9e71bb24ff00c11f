"""Changes to the library that are asked for over HTTP: uploads, and runs in their own process."""
