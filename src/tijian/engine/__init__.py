"""The method: pure functions and typed documents, without Django, database, clock or network."""
