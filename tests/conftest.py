"""Properties are tried on the same examples every time: a red run can be run again."""

from hypothesis import settings

settings.register_profile("same", derandomize=True, database=None, deadline=None)
settings.load_profile("same")
