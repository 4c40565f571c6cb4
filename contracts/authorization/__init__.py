"""The authorization matrix: each guarded operation as each kind of caller, on objects made for the purpose."""
