"""The bank account that a talent's money goes to."""
