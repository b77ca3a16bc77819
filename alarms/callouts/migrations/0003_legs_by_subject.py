"""A call-out's messages are those whose subject it is; until now it pointed at its only one."""

from django.db import migrations

LEGS = """UPDATE carriers_leg l SET subject_id = c.id FROM callouts_callout c WHERE l.id = c.leg_id"""
HASHES = """UPDATE callouts_callout c SET number_hash = l.number_hash, asked_at = c.created_at FROM carriers_leg l WHERE l.id = c.leg_id"""


class Migration(migrations.Migration):
    dependencies = [("callouts", "0002_runs"), ("carriers", "0001_initial")]
    operations = [migrations.RunSQL(LEGS, migrations.RunSQL.noop), migrations.RunSQL(HASHES, migrations.RunSQL.noop)]
