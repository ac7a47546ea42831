"""How a recording lies on disk, and what stands in it."""
