"""The pure core: no IO, no clock, no language model."""
