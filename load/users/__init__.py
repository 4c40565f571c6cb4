"""The personas, one a file."""
