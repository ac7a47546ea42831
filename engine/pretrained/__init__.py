"""Models that others trained: found, looked into, loaded."""
