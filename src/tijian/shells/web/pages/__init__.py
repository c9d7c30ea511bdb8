"""The pages: each view asks the office and gives components to a template."""
