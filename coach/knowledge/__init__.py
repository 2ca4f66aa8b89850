"""Guidelines: what training, health and racing advice rests on, with its source, and how it is found."""
