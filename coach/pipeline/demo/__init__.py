"""A believable runner, invented: eighteen months of recordings and daily values from one seed.

What it makes are files as watches and phones write them; they are imported like anybody's. What is true of
each run stays beside it, so that tests can hold the whole pipeline to it.
"""

from coach.pipeline.demo.files import demo_files, health_file, run_file
from coach.pipeline.demo.life import DemoLife, live
from coach.pipeline.demo.told import tell

__all__ = ["DemoLife", "demo_files", "health_file", "live", "run_file", "tell"]
