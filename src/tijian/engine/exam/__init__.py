"""The only evaluator: inputs of a city to values, grades, findings and their reasons."""
