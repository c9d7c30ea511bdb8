"""Computed indicators by dimension, one pure function each; found by scanning."""
