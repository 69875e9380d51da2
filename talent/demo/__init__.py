"""`talent demo`: the main job over real HTTP, as a timeline."""

from talent.demo.walk import STORIES, main

__all__ = ["STORIES", "main"]
