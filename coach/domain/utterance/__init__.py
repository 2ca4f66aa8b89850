"""What a person typed: its normal form, and what it claims (said, denied, imagined).

`reading` brings a text into one form in which typing habits no longer matter, and compiles phrase
patterns to match that form. `korean` and `english` say whether something mentioned is denied or only
imagined; that depends on grammar: Korean denies after the noun, English before it.
"""

from coach.domain.utterance.reading import Mention, Text, compile_english, compile_korean, read

__all__ = ["Mention", "Text", "compile_english", "compile_korean", "read"]
