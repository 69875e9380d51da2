"""The end of a class without a bar: proposed by one person, decided by another."""
