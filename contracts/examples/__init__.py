"""The examples of `docs/examples.md` are true: each line is run as it stands, and its answer compared."""
