"""A net under moves and renames: what every beat looks like, held against another commit and against kept frames."""
