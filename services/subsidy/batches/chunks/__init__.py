"""A part of a batch's lines."""
