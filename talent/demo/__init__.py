"""`talent demo`: the main job over real HTTP, as a timeline."""

from talent.demo.stories import STORIES, main

__all__ = ["STORIES", "main"]
