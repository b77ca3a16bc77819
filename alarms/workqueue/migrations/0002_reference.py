from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workqueue", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE public.workqueue_reference START 100001", "DROP SEQUENCE public.workqueue_reference"
        )
    ]
