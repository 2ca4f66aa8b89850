"""Apple Health: the app Health Auto Export's JSON, and the export of the Health app itself."""
