"""What is measured and how it is judged, as typed documents read from YAML."""
