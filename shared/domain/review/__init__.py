"""Staged review of a case by several desks; `engine` says how a host uses it."""
