"""What is done about a 城市病: measures, targets, milestones, and the effect seen in later rounds."""
