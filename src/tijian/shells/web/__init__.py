"""The pages: they parse, call, render; they decide nothing."""
