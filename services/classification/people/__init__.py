"""What classification keeps of identity's events: who applies, and who sits at which desk."""
