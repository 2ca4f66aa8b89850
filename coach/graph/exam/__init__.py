"""The exam of a language model: made situations, the coach's own prompts and tools, and checks by code.

Nobody's data is in it: the athlete is invented and lives in a database that is thrown away afterwards.
"""
