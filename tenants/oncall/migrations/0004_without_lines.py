from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("oncall", "0003_lines_to_layers")]
    operations = [migrations.DeleteModel(name="RosterLine")]
