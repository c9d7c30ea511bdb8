"""How values are judged: cut points by area type, own trend, bottom lines, dimensions, findings."""
