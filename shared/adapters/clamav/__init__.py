"""ClamAV by clamd's own protocol."""
