"""The sub-commands of `accord eval`, one a file: arguments to functions to exit code."""
