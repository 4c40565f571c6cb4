"""A run takes away what it made on a deployed target."""
