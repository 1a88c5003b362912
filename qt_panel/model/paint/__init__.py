"""Paint as data, and the pixels made of it."""
