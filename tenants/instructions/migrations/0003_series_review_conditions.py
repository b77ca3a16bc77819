"""Series, review by a second person, conditions and deadlines. What was approved stays approved, with its times.

The triggers of 0002 rest meanwhile (0004 makes them anew): they refuse every change of a published version.
"""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from central import kinds

KINDS = kinds.CHOICES

DROP = """
DROP TRIGGER instruction_steps_stay ON instructions_instructionstep;
DROP TRIGGER instruction_never_removed ON instructions_actioninstruction;
DROP TRIGGER instruction_never_changes ON instructions_actioninstruction;
"""
RESTORE = """
CREATE TRIGGER instruction_never_changes BEFORE UPDATE ON instructions_actioninstruction FOR EACH ROW
    WHEN (OLD.state <> 'draft' AND (
        NEW.state <> 'superseded'
        OR OLD.state = 'superseded'
        OR (OLD.id, OLD.kind, OLD.version, OLD.title, OLD.valid_from, OLD.approved_by_name)
           IS DISTINCT FROM
           (NEW.id, NEW.kind, NEW.version, NEW.title, NEW.valid_from, NEW.approved_by_name)))
    EXECUTE FUNCTION public.instruction_refuse();
CREATE TRIGGER instruction_never_removed BEFORE DELETE ON instructions_actioninstruction FOR EACH ROW
    WHEN (OLD.state <> 'draft') EXECUTE FUNCTION public.instruction_refuse();
CREATE TRIGGER instruction_steps_stay BEFORE INSERT OR UPDATE OR DELETE ON instructions_instructionstep
    FOR EACH ROW EXECUTE FUNCTION public.instruction_step_guard();
"""
# A founded municipality's schema is a copy in which PostgreSQL chose the names of unique constraints and indexes anew:
# they go by what they are, not by what they are called.
LOOSEN = """
DO $$ DECLARE
    one record;
BEGIN
    FOR one IN SELECT conname AS name FROM pg_constraint
        WHERE conrelid = 'instructions_actioninstruction'::regclass AND contype = 'u'
    LOOP
        EXECUTE format('ALTER TABLE instructions_actioninstruction DROP CONSTRAINT %I', one.name);
    END LOOP;
    FOR one IN SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid = 'instructions_actioninstruction'::regclass AND i.indisunique AND NOT i.indisprimary
    LOOP
        EXECUTE format('DROP INDEX %I.%I', current_schema(), one.name);
    END LOOP;
END $$;
ALTER TABLE instructions_actioninstruction DROP CONSTRAINT instructions_valid_is_approved;
ALTER TABLE instructions_actioninstruction DROP CONSTRAINT instructions_state_known;
ALTER TABLE instructions_instructionstep DROP CONSTRAINT instructions_call_out_names_a_duty;
ALTER TABLE instructions_instructionstep DROP CONSTRAINT instructions_step_type_known;
"""
TIGHTEN = """
ALTER TABLE instructions_actioninstruction
    ADD CONSTRAINT instructions_version_once UNIQUE (kind, version),
    ADD CONSTRAINT instructions_valid_is_approved CHECK (
        (state = 'draft' AND version IS NULL)
        OR (valid_from IS NOT NULL AND version IS NOT NULL AND NOT approved_by_name = '')),
    ADD CONSTRAINT instructions_state_known CHECK (state IN ('draft', 'valid', 'superseded'));
CREATE UNIQUE INDEX instructions_one_valid ON instructions_actioninstruction (kind) WHERE state = 'valid';
CREATE UNIQUE INDEX instructions_one_draft ON instructions_actioninstruction (kind) WHERE state = 'draft';
ALTER TABLE instructions_instructionstep
    ADD CONSTRAINT instructions_call_out_names_a_duty CHECK (NOT type = 'call_out' OR NOT duty = ''),
    ADD CONSTRAINT instructions_step_type_known CHECK (
        type IN ('check', 'ask', 'call_out', 'safe_point', 'inform', 'follow_up'));
"""
FILL = """
INSERT INTO instructions_series (kind, site_id, name)
    SELECT DISTINCT kind, NULL::uuid, '' FROM instructions_actioninstruction ORDER BY 1;
UPDATE instructions_actioninstruction i SET series_id = s.id, approved_at = i.valid_from,
    state = CASE WHEN i.state = 'draft' THEN 'draft' ELSE 'approved' END
    FROM instructions_series s WHERE s.kind = i.kind;
UPDATE instructions_instructionstep SET code = position::text;
SET CONSTRAINTS ALL IMMEDIATE;
"""
# Backward only what could exist before is kept: the general series, no review, and steps of the old types.
EMPTY = """
DELETE FROM instructions_pin;
DELETE FROM instructions_instructionstep s USING instructions_actioninstruction i JOIN instructions_series e
    ON e.id = i.series_id WHERE i.id = s.instruction_id AND (i.state = 'review' OR e.site_id IS NOT NULL OR e.name <> '');
DELETE FROM instructions_actioninstruction i USING instructions_series e
    WHERE e.id = i.series_id AND (i.state = 'review' OR e.site_id IS NOT NULL OR e.name <> '');
UPDATE instructions_instructionstep SET type = CASE type WHEN 'team' THEN 'call_out' ELSE 'inform' END
    WHERE type IN ('team', 'sms', 'notify', 'decide', 'wait');
UPDATE instructions_actioninstruction SET state =
    CASE WHEN state = 'draft' THEN 'draft' WHEN superseded_at IS NULL THEN 'valid' ELSE 'superseded' END;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):

    dependencies = [("instructions", "0002_versions_never_change")]

    operations = [
        migrations.RunSQL(DROP, RESTORE),
        migrations.CreateModel(
            name="Series",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=KINDS, max_length=24)),
                ("site_id", models.UUIDField(blank=True, help_text="Objektet i registret; tomt för hela kommunen", null=True)),
                ("name", models.CharField(blank=True, default="", max_length=40, verbose_name="när")),
            ],
            options={
                "ordering": ["kind", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "site_id", "name"), name="instructions_one_series_each", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(LOOSEN, TIGHTEN)],
            state_operations=[
                migrations.RemoveConstraint("actioninstruction", "instructions_version_once"),
                migrations.RemoveConstraint("actioninstruction", "instructions_one_valid"),
                migrations.RemoveConstraint("actioninstruction", "instructions_one_draft"),
                migrations.RemoveConstraint("actioninstruction", "instructions_valid_is_approved"),
                migrations.RemoveConstraint("actioninstruction", "instructions_state_known"),
                migrations.RemoveConstraint("instructionstep", "instructions_call_out_names_a_duty"),
                migrations.RemoveConstraint("instructionstep", "instructions_step_type_known"),
            ],
        ),
        migrations.AddField(
            "actioninstruction",
            "series",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="versions",
                to="instructions.series",
            ),
        ),
        migrations.AddField("actioninstruction", "hours", models.JSONField(blank=True, default=list)),
        migrations.AddField(
            "actioninstruction",
            "author_ids",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField("actioninstruction", "sent_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "actioninstruction", "sent_by_name", models.CharField(blank=True, default="", max_length=120)
        ),
        migrations.AddField("actioninstruction", "centre_reviews", models.BooleanField(default=False)),
        migrations.AddField(
            "actioninstruction",
            "comment",
            models.CharField(blank=True, default="", max_length=400, verbose_name="kommentar"),
        ),
        migrations.AddField(
            "actioninstruction", "comment_by_name", models.CharField(blank=True, default="", max_length=120)
        ),
        migrations.AddField("actioninstruction", "approved_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("actioninstruction", "approved_by_id", models.BigIntegerField(blank=True, null=True)),
        migrations.AddField(
            "actioninstruction", "ended_by_name", models.CharField(blank=True, default="", max_length=120)
        ),
        migrations.AddField(
            "actioninstruction", "end_comment", models.CharField(blank=True, default="", max_length=400)
        ),
        migrations.AlterField(
            "actioninstruction",
            "state",
            models.CharField(
                choices=[("draft", "Utkast"), ("review", "Granskas"), ("approved", "Godkänd")],
                default="draft",
                max_length=12,
            ),
        ),
        migrations.AlterModelOptions("actioninstruction", {"ordering": ["kind", "series_id", "-version"]}),
        migrations.AddField("instructionstep", "code", models.CharField(default="", max_length=8), preserve_default=False),
        migrations.AddField(
            "instructionstep",
            "wanted",
            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="hur många"),
        ),
        migrations.AddField(
            "instructionstep",
            "message",
            models.CharField(blank=True, default="", max_length=300, verbose_name="sms"),
        ),
        migrations.AddField("instructionstep", "condition", models.JSONField(blank=True, default=dict)),
        migrations.AddField("instructionstep", "minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
        migrations.AddField(
            "instructionstep",
            "on_late",
            models.CharField(
                blank=True,
                choices=[
                    ("remind", "Påminn den som har ärendet"),
                    ("raise", "Höj prioriteten ett steg"),
                    ("call_out", "Kalla ut en jour"),
                    ("leader", "Säg till skiftledaren"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.AddField(
            "instructionstep", "late_duty", models.CharField(blank=True, default="", max_length=40)
        ),
        migrations.AlterField(
            "instructionstep",
            "type",
            models.CharField(
                choices=[
                    ("check", "Kontrollera"),
                    ("ask", "Fråga"),
                    ("inform", "Meddela"),
                    ("call_out", "Kalla ut"),
                    ("team", "Kalla in grupp"),
                    ("sms", "Skicka sms"),
                    ("safe_point", "Öppna trygghetspunkt"),
                    ("notify", "Underrätta polis eller räddningstjänst"),
                    ("decide", "Begär beslut"),
                    ("wait", "Vänta"),
                    ("follow_up", "Följ upp"),
                ],
                max_length=12,
                verbose_name="typ",
            ),
        ),
        migrations.CreateModel(
            name="Pin",
            fields=[
                ("case_id", models.UUIDField(primary_key=True, serialize=False)),
                ("site_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "instruction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="instructions.actioninstruction",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(FILL, EMPTY),
    ]
