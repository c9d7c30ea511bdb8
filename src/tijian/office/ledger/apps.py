"""The ledger as an application of Django."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Names the room; its label stands in table names and must never change."""

    name = "tijian.office.ledger"
    label = "ledger"
    verbose_name = "台账"
    default_auto_field = "django.db.models.BigAutoField"
