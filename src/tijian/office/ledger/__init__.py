"""What was done, by whom, in which order: actions, the hash-chained trail and its examination."""
