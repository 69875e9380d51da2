"""Formats of payment files. A city whose bank wants another adds a module here."""
