"""The JSON format of requests and responses."""
