"""Values that only grow, the strand adopted, and results: this room is their sole writer."""
