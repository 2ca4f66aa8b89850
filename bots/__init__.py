"""Chat channels outside of the page, each a translation of `coach.graph.run`."""
