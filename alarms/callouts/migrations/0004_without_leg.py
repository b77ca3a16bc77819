from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("callouts", "0003_legs_by_subject")]
    operations = [
        migrations.RemoveField(model_name="callout", name="leg"),
        migrations.AlterField(
            "callout", "asked_at", models.DateTimeField(help_text="När kontakten frågades senast")
        ),
    ]
