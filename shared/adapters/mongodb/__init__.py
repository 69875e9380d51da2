"""MongoDB, by motor. It is near the end of its life, so it is named in this package alone."""
