"""Who takes part: bodies with what they report, accounts with their roles, and who may do what."""
