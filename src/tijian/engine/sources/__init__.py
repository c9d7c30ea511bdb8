"""Readers of the outside: bytes in, a typed table and a record of where it came from out."""
