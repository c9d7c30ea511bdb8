"""How a value comes about: the formula language, spatial measures, computed indicators."""
