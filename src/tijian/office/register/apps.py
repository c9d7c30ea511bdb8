"""The register as an application of Django."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """Names the room; its label stands in table names and must never change."""

    name = "tijian.office.register"
    label = "register"
    verbose_name = "公布与轮次"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the verbs known, so that entries of the trail can be told in Chinese."""
        from tijian.office.register import actions, drafts  # noqa: F401
