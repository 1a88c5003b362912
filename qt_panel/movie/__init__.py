"""A movie file for dailies, in a process of its own."""
