"""Migrations of what is issued."""
