"""The talent's own stream: which applications are open, and what was granted."""
