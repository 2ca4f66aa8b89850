"""Training plans: what they are made of, how they are built, checked, changed and compared. Pure."""
