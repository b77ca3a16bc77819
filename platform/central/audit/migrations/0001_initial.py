"""Audit entries and the head of their chain."""

import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('sequence', models.BigIntegerField(null=True, unique=True)),
                ('at', models.DateTimeField()),
                ('verb', models.CharField(max_length=60)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('municipality_id', models.BigIntegerField(null=True)),
                ('subject', models.CharField(blank=True, default='', max_length=80)),
                ('digest', models.CharField(max_length=64)),
                ('previous_hash', models.CharField(max_length=64, null=True)),
                ('hash', models.CharField(max_length=64, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('sequence__isnull', True)), fields=['at', 'id'], name='audit_unsealed'), models.Index(fields=['municipality_id', '-at'], name='audit_by_municipality')],
            },
        ),
        migrations.CreateModel(
            name='ChainHead',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('sequence', models.BigIntegerField()),
                ('hash', models.CharField(max_length=64)),
                ('sealed_at', models.DateTimeField()),
                ('signature', models.CharField(max_length=64)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='audit_one_chain_head')],
            },
        ),
    ]
