"""What the coach can do: one file per thing athletes ask about. Importing this package fills TOOLS."""
