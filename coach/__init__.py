"""Hanbal (한발): a running coach that a person owns and talks to."""

__version__ = "0.1.0"
