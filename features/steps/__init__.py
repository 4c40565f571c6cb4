"""Steps by domain; behave loads every file of this folder."""
