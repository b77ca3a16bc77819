"""Every row has its series, an author never approves, and what was approved stays as it was approved but for its end."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Func, Q

FORWARD = """
CREATE TRIGGER instruction_never_changes BEFORE UPDATE ON instructions_actioninstruction FOR EACH ROW
    WHEN (OLD.state = 'approved' AND
        (to_jsonb(OLD) - ARRAY['superseded_at', 'ended_by_name', 'end_comment'])
        IS DISTINCT FROM (to_jsonb(NEW) - ARRAY['superseded_at', 'ended_by_name', 'end_comment']))
    EXECUTE FUNCTION public.instruction_refuse();

CREATE TRIGGER instruction_never_removed BEFORE DELETE ON instructions_actioninstruction FOR EACH ROW
    WHEN (OLD.state = 'approved') EXECUTE FUNCTION public.instruction_refuse();

CREATE TRIGGER instruction_steps_stay BEFORE INSERT OR UPDATE OR DELETE ON instructions_instructionstep
    FOR EACH ROW EXECUTE FUNCTION public.instruction_step_guard();
"""

BACKWARD = """
DROP TRIGGER instruction_steps_stay ON instructions_instructionstep;
DROP TRIGGER instruction_never_removed ON instructions_actioninstruction;
DROP TRIGGER instruction_never_changes ON instructions_actioninstruction;
"""


class Migration(migrations.Migration):

    dependencies = [("instructions", "0003_series_review_conditions")]

    operations = [
        migrations.AlterField(
            "actioninstruction",
            "series",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="instructions.series"
            ),
        ),
        migrations.AddConstraint(
            "actioninstruction",
            models.UniqueConstraint(fields=("series", "version"), name="instructions_version_once"),
        ),
        migrations.AddConstraint(
            "actioninstruction",
            models.UniqueConstraint(
                condition=Q(("state", "approved"), ("superseded_at__isnull", True)),
                fields=("series",),
                name="instructions_one_without_end",
            ),
        ),
        migrations.AddConstraint(
            "actioninstruction",
            models.UniqueConstraint(
                condition=Q(("state__in", ["draft", "review"])), fields=("series",), name="instructions_one_open"
            ),
        ),
        migrations.AddConstraint(
            "actioninstruction",
            models.CheckConstraint(
                condition=Q(
                    Q(("state__in", ["draft", "review"]), ("version__isnull", True)),
                    Q(
                        ("state", "approved"),
                        ("valid_from__isnull", False),
                        ("version__isnull", False),
                        Q(("approved_by_name", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="instructions_approved_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            "actioninstruction",
            models.CheckConstraint(
                condition=Q(
                    Func(
                        F("approved_by_id"),
                        F("author_ids"),
                        template="%(expressions)s)",
                        arg_joiner=" <> ALL (",
                        output_field=models.BooleanField(),
                    )
                ),
                name="instructions_author_never_approves",
            ),
        ),
        migrations.AddConstraint(
            "actioninstruction",
            models.CheckConstraint(
                condition=Q(("superseded_at__isnull", True), ("superseded_at__gte", F("valid_from")), _connector="OR"),
                name="instructions_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            "instructionstep",
            models.UniqueConstraint(fields=("instruction", "code"), name="instructions_step_code_once"),
        ),
        migrations.AddConstraint(
            "instructionstep",
            models.CheckConstraint(
                condition=Q(
                    Q(("type__in", ["call_out", "team", "sms"]), _negated=True),
                    Q(("duty", ""), _negated=True),
                    _connector="OR",
                ),
                name="instructions_step_names_its_duty",
            ),
        ),
        migrations.AddConstraint(
            "instructionstep",
            models.CheckConstraint(
                condition=Q(
                    (
                        "type__in",
                        [
                            "check", "ask", "inform", "call_out", "team", "sms", "safe_point", "notify", "decide",
                            "wait", "follow_up",
                        ],
                    )
                ),
                name="instructions_step_type_known",
            ),
        ),
        migrations.AddConstraint(
            "instructionstep",
            models.CheckConstraint(
                condition=Q(
                    Q(("minutes__isnull", True), ("on_late", "")),
                    Q(("minutes__gte", 1), Q(("on_late", ""), _negated=True)),
                    _connector="OR",
                ),
                name="instructions_deadline_says_what_follows",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
