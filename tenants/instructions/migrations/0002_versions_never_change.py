"""Keep published versions and their steps as they were approved. The functions are shared by all schemas."""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION public.instruction_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published instruction never changes' USING ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE FUNCTION public.instruction_step_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    parent uuid;
    published boolean;
BEGIN
    FOREACH parent IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.instruction_id]
        WHEN 'DELETE' THEN ARRAY[OLD.instruction_id]
        ELSE ARRAY[OLD.instruction_id, NEW.instruction_id] END
    LOOP
        EXECUTE format('SELECT state <> ''draft'' FROM %I.instructions_actioninstruction WHERE id = $1',
                       TG_TABLE_SCHEMA) INTO published USING parent;
        IF published THEN
            RAISE EXCEPTION 'a published instruction never changes' USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;

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

BACKWARD = """
DROP TRIGGER instruction_steps_stay ON instructions_instructionstep;
DROP TRIGGER instruction_never_removed ON instructions_actioninstruction;
DROP TRIGGER instruction_never_changes ON instructions_actioninstruction;
"""


class Migration(migrations.Migration):
    """Triggers on both tables."""

    dependencies = [("instructions", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
