"""Values out of any model, without a line in its code."""
