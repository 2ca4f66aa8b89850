"""The words of what the coach says first: facts of our own tools through the proof, no model asked."""
