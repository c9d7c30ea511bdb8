"""What departments send in: from files and a city to a verdict for every cell."""
