"""The metrics. Importing this package fills the registry."""
