"""The one place where the wings are put together."""
