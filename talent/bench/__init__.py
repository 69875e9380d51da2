"""`talent bench`: measurements, each with its other side in the same run."""

from talent.bench.runner import main

__all__ = ["main"]
