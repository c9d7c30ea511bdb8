"""The doors: they parse, call and render, and decide nothing."""
