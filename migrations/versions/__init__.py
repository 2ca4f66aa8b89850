"""One file per step; the tables and policies themselves are the `.sql` beside it."""
