"""The values as an application of Django."""

from django.apps import AppConfig


class ValuesConfig(AppConfig):
    """Names the room; its label stands in table names and must never change."""

    name = "tijian.office.values"
    label = "values"
    verbose_name = "值与结果"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the verbs known, so that entries of the trail can be told in Chinese."""
        from tijian.office.values import actions, rounds, scan  # noqa: F401
