"""The paint on the frames while it is painted: a process that stays warm, and what speaks with it."""
