"""Keys of every act instead of claims alone. The old ones lived for a day and need not be carried over."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workqueue', '0006_last_at'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.DeleteModel(name='ClaimKey'),
        migrations.CreateModel(
            name='ActKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64)),
                ('digest', models.CharField(help_text='Nyckelberoende avtryck av vad som begärdes', max_length=64)),
                ('item_id', models.UUIDField(help_text='Ärendet som handlingen gällde, eller gav', null=True)),
                ('at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='actkey_at')],
                'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='one_act_per_key')],
            },
        ),
    ]
