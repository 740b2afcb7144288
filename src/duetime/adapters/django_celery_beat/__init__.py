"""django-celery-beat: its models and its admin, with duetime's times and a beat that keeps up.

`CELERY_BEAT_SCHEDULER = "duetime.adapters.django_celery_beat:DatabaseScheduler"` is all that it
takes. Needs the extra `django`. The scheduler is imported when it is asked for, since Django's
models cannot be before Django is set up.
"""

from typing import TYPE_CHECKING, Any

from duetime.errors import missing_extra

try:
    import django_celery_beat  # noqa: F401  # asked for here, to name what to install
except ModuleNotFoundError as error:
    raise missing_extra("duetime.adapters.django_celery_beat", "django", error) from None

if TYPE_CHECKING:
    from duetime.adapters.django_celery_beat.rows import ModelEntry as ModelEntry
    from duetime.adapters.django_celery_beat.scheduler import (
        DatabaseScheduler as DatabaseScheduler,
    )


def __getattr__(name: str) -> Any:
    if name == "DatabaseScheduler":
        from duetime.adapters.django_celery_beat.scheduler import DatabaseScheduler

        return DatabaseScheduler
    if name == "ModelEntry":
        from duetime.adapters.django_celery_beat.rows import ModelEntry

        return ModelEntry
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
