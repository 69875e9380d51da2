"""What the service keeps of other contexts' events: persons, staff, units, classes."""
