"""A room that exists only for tests: figures, totals that depend on two of them, and a row that may change."""
