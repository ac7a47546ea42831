"""What notebooks and other libraries see of a recording."""
