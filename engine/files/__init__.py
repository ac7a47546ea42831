"""Files that come from outside, and files that take the place of others."""
