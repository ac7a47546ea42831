"""Records values inside any model, without a change to its code."""
