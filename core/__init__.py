"""The library: a shot in, one picture painted, every frame out. No Qt, no host, no socket."""
