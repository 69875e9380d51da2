"""`talent demo`: the main job over real HTTP, as a timeline."""

from talent.demo.walk import main

__all__ = ["main"]
