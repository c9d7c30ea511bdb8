"""The closed, unit-checked formula language of the catalogue."""
