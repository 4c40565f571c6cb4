"""The change gate: what of a change to the documents breaks those who rely on them."""
