"""The register as an application of Django."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """Names the room; its label stands in table names and must never change."""

    name = "tijian.office.register"
    label = "register"
    verbose_name = "公布与轮次"
    default_auto_field = "django.db.models.BigAutoField"
