"""Copies of the embedded default's data folder, and the way back."""
