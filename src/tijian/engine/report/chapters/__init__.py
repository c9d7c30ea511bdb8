"""The chapters: what is said, from an examination to blocks."""
