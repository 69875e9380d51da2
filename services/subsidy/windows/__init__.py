"""When a scheme takes applications: the policy's yearly windows, and what an authority changes."""
