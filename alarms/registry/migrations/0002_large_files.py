from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0001_initial'),
    ]

    operations = [
        migrations.AddField('import', 'in_worker', models.BooleanField(default=False)),
        migrations.AddField('import', 'file_sealed', models.TextField(blank=True, default='', help_text='Filen, krypterad, tills den är läst')),
        migrations.AddField('import', 'told_sealed', models.TextField(blank=True, default='', help_text='Felen eller skillnaderna, krypterade')),
        migrations.AddField('import', 'note', models.CharField(blank=True, choices=[('changed', 'Registret har ändrats sedan du såg skillnaderna. Inget är skrivet. Se på dem igen.'), ('interrupted', 'Inläsningen avbröts. Inget är skrivet. Försök igen.')], default='', max_length=12)),
        migrations.AddField('import', 'attempts', models.SmallIntegerField(default=0)),
        migrations.AlterField('import', 'state', models.CharField(choices=[('received', 'Läses'), ('refused', 'Går inte att läsa in'), ('confirmed', 'Skrivs'), ('previewed', 'Väntar på svar'), ('done', 'Klar')], default='previewed', max_length=10)),
    ]
