"""Django is set up before anything imports its models."""

import tests.support.django_project  # noqa: F401
