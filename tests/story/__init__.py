"""The acceptance story: one city through its rounds, by browser and command line alone."""
