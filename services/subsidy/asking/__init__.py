"""Units are told that somebody waits for their word, and once more before it is late."""
