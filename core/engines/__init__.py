"""Ways to model a shot, one file each, all behind the same nodes."""
