"""Import, recompute, edit: plain functions that jobs, uploads, the command line and tools share."""
