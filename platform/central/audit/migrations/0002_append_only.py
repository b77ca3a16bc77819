"""Make audit entries append-only in the database itself, whoever is connected."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION public.audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are append-only' USING ERRCODE = 'restrict_violation';
END $$;

-- A row is born unsealed.
CREATE TRIGGER audit_born_unsealed BEFORE INSERT ON public.audit_auditentry FOR EACH ROW
    WHEN (NEW.sequence IS NOT NULL OR NEW.previous_hash IS NOT NULL OR NEW.hash IS NOT NULL)
    EXECUTE FUNCTION public.audit_refuse();

-- It changes once, when it is sealed, and then only in the three columns of the seal.
CREATE TRIGGER audit_changes_once BEFORE UPDATE ON public.audit_auditentry FOR EACH ROW
    WHEN (OLD.sequence IS NOT NULL
          OR NEW.sequence IS NULL OR NEW.previous_hash IS NULL OR NEW.hash IS NULL
          OR (OLD.id, OLD.at, OLD.verb, OLD.actor_id, OLD.municipality_id, OLD.subject, OLD.digest)
             IS DISTINCT FROM
             (NEW.id, NEW.at, NEW.verb, NEW.actor_id, NEW.municipality_id, NEW.subject, NEW.digest))
    EXECUTE FUNCTION public.audit_refuse();

CREATE TRIGGER audit_never_removed BEFORE DELETE ON public.audit_auditentry FOR EACH ROW
    EXECUTE FUNCTION public.audit_refuse();
"""

BACKWARD = """
DROP TRIGGER audit_never_removed ON public.audit_auditentry;
DROP TRIGGER audit_changes_once ON public.audit_auditentry;
DROP TRIGGER audit_born_unsealed ON public.audit_auditentry;
DROP FUNCTION public.audit_refuse();
"""


class Migration(migrations.Migration):
    """Three triggers that call one function."""

    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
