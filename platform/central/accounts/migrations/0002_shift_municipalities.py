"""A shift may have its own municipalities."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="shift",
            name="municipalities",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                blank=True,
                db_default=[],
                default=list,
                help_text="De egna kommunerna, som T delar ut först; tomt = alla lika",
                size=None,
            ),
        ),
    ]
