"""What is issued as an application of Django."""

from django.apps import AppConfig


class PublishConfig(AppConfig):
    """Names the room; its label stands in table names and must never change."""

    name = "tijian.office.publish"
    label = "publish"
    verbose_name = "报告"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the verbs known, so that entries of the trail can be told in Chinese."""
        from tijian.office.publish import actions  # noqa: F401
