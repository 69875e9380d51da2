"""How other contexts read what identity publishes: views over its events, and looking people up in
them. Each context keeps rows of its own and asks nobody."""
