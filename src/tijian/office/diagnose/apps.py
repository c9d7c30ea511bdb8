"""The diagnosis as an application of Django."""

from django.apps import AppConfig


class DiagnoseConfig(AppConfig):
    """Names the room; its label stands in table names and must never change."""

    name = "tijian.office.diagnose"
    label = "diagnose"
    verbose_name = "诊断"
    default_auto_field = "django.db.models.BigAutoField"
