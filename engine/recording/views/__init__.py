"""Shows recordings in notebooks and to other libraries."""
