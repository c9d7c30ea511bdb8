"""tijian: the urban health check-up (城市体检) of a city, from value to effect."""

__version__ = "0.1.0"
