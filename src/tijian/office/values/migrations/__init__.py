"""Migrations of the values."""
