"""EventStoreDB, by esdbclient. It is near the end of its life, so it is named here alone."""
