from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("municipalities", "0002_unique_codes_and_names"),
        ("workqueue", "0017_runs"),
    ]

    operations = [
        migrations.CreateModel(
            name="StepDeadline",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.SmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Tiden går"),
                            ("met", "I tid"),
                            ("late", "Inte i tid"),
                            ("gone", "Gäller inte"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("acted_at", models.DateTimeField(help_text="När det som följer gjordes", null=True)),
                (
                    "work_item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="step_deadlines",
                        to="workqueue.workitem",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("work_item", "position"), name="one_deadline_per_step"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "late"), _negated=True), ("acted_at__isnull", False), _connector="OR"
                        ),
                        name="late_deadline_was_acted_on",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["due_at"], name="stepdeadline_due"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("instruction_id", models.UUIDField(help_text="I kommunens schema; ingen främmande nyckel")),
                ("asked_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
            ],
            options={
                "ordering": ["asked_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("settled_at", None)),
                        fields=("instruction_id",),
                        name="one_open_review_each",
                    )
                ],
            },
        ),
    ]
