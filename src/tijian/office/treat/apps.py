"""The treatment as an application of Django."""

from django.apps import AppConfig


class TreatConfig(AppConfig):
    """Names the room; its label stands in table names and must never change."""

    name = "tijian.office.treat"
    label = "treat"
    verbose_name = "治理"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the room above ask, before it takes a diagnosis back, whether a measure stands on it."""
        from tijian.office.diagnose.actions import rests_on
        from tijian.office.treat.queries import standing_on

        rests_on(standing_on)
