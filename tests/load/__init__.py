"""The load room's own tests."""
