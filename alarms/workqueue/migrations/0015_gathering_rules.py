"""The rules that every installation begins with: five objects within ten minutes are one case."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def begin(apps: Any, schema_editor: Any) -> None:
    for kind in ("technical", "transmitter_fault"):
        apps.get_model("workqueue", "GatheringRule").objects.get_or_create(
            kind=kind, municipality=None, defaults={"window_minutes": 10, "threshold": 5}
        )


class Migration(migrations.Migration):
    dependencies = [("workqueue", "0014_gathering")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
