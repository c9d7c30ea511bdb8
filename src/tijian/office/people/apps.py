"""The people as an application of Django."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Names the room; its label stands in table names and must never change."""

    name = "tijian.office.people"
    label = "people"
    verbose_name = "单位与人员"
    default_auto_field = "django.db.models.BigAutoField"
