"""The only SQL: one file per noun; every function takes a session first and returns plain values."""
