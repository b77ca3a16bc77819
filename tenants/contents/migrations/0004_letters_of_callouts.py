"""Who was asked, for the call-outs that were made before they had a letter of their own."""

from django.db import migrations

# the shared schema is migrated first: a message's subject is its call-out by then
COPY = """INSERT INTO contents_calloutletter (id, contact_name, number, report, made_at)
SELECT c.id, m.contact_name, m.number, '', c.created_at
FROM public.callouts_callout c
JOIN public.carriers_leg l ON l.subject_id = c.id AND l.direction = 'out'
JOIN contents_messagecontent m ON m.id = l.id
ON CONFLICT DO NOTHING"""


class Migration(migrations.Migration):
    dependencies = [("contents", "0003_callout_letters")]
    operations = [migrations.RunSQL(COPY, migrations.RunSQL.noop)]
