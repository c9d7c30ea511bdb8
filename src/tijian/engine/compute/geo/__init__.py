"""Spatial measures on arrays; metres and square metres in the city's projected system."""
