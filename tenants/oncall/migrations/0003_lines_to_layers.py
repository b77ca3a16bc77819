"""Every line of the weekly roster becomes a window of a layer with one person: the same hours, people and ranks."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.db import migrations

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONG_AGO = date(2020, 1, 6)  # a Monday


def to_layers(apps: Any, schema_editor: Any) -> None:
    lines: dict[tuple[int, int, int], dict[tuple[time, time], set[int]]] = {}
    for line in apps.get_model("oncall", "RosterLine").objects.order_by("pk"):
        held = lines.setdefault((line.duty_id, line.rank, line.contact_id), {})
        held.setdefault((line.starts, line.ends), set()).add(line.weekday)
    layer, member = apps.get_model("oncall", "Layer"), apps.get_model("oncall", "LayerMember")
    for (duty_id, rank, contact_id), hours in lines.items():
        always = hours == {(time(0), time(0)): set(range(7))}
        windows = [
            {"days": [DAYS[day] for day in sorted(days)], "from": f"{starts:%H:%M}", "to": f"{ends:%H:%M}"}
            for (starts, ends), days in sorted(hours.items())
        ]
        made = layer.objects.create(
            duty_id=duty_id,
            rank=rank,
            first_day=LONG_AGO,
            turns_at=time(0),
            turn_days=7,
            windows=[] if always else windows,
        )
        member.objects.create(layer=made, contact_id=contact_id, position=1)


class Migration(migrations.Migration):
    dependencies = [("oncall", "0002_layers")]
    operations = [migrations.RunPython(to_layers, migrations.RunPython.noop)]
