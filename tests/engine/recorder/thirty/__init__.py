"""Small models of many kinds, as people bring them along, and a training of each with an account of its own."""
