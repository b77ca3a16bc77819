from django.db import migrations, models

# those whose service ended before returns were kept have returned
RETURNED = """UPDATE public.intake_transmitter SET service_ended_at = service_until
WHERE service_until <= now() AND service_ended_at IS NULL"""


class Migration(migrations.Migration):
    atomic = False  # an index can't be made in the transaction that has changed the rows
    dependencies = [("intake", "0006_webhooks_tests_and_own_checks")]

    operations = [
        migrations.AddField(
            model_name="transmitter",
            name="service_ended_at",
            field=models.DateTimeField(
                help_text="När återgången är gjord; tomt så länge den återstår", null=True
            ),
        ),
        migrations.RunSQL(RETURNED, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="transmitter",
            index=models.Index(
                condition=models.Q(("service_ended_at", None), ("service_until__isnull", False)),
                fields=["service_until"],
                name="transmitter_service",
            ),
        ),
    ]
