"""The talent's own stream: which application is open, and which class is in force."""
