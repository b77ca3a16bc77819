"""Accounts, memberships, sign-ins, throttles and shifts."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('municipalities', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Throttle',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('last_attempt_at', models.DateTimeField()),
                ('not_before', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(max_length=60, unique=True, verbose_name='användarnamn')),
                ('name', models.CharField(max_length=120, verbose_name='namn')),
                ('initials', models.CharField(max_length=4, verbose_name='initialer')),
                ('email', models.EmailField(blank=True, default='', max_length=254, verbose_name='e-post')),
                ('is_active', models.BooleanField(default=True)),
                ('password_is_temporary', models.BooleanField(default=False)),
                ('totp_secret', models.TextField(blank=True, default='')),
                ('totp_confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('totp_last_step', models.BigIntegerField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('username', django.db.models.functions.text.Lower('username'))), name='accounts_user_username_is_lower')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('operator', 'Operatör'), ('shift_leader', 'Skiftledare'), ('centre_manager', 'Centralchef'), ('auditor', 'Granskare'), ('municipality_admin', 'Kommunadministratör'), ('municipality_officer', 'Handläggare')], max_length=24)),
                ('functions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), blank=True, default=list)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('municipality', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('user', 'municipality', 'role'), name='accounts_one_open_membership_per_role'), models.CheckConstraint(condition=models.Q(('role__in', ['auditor', 'centre_manager', 'municipality_admin', 'municipality_officer', 'operator', 'shift_leader'])), name='accounts_membership_role_known'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('created_at')), _connector='OR'), name='accounts_membership_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seat', models.CharField(max_length=40)),
                ('sound_ok', models.BooleanField()),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_reason', models.CharField(blank=True, default='', max_length=40)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shifts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('user',), name='accounts_one_open_shift_per_user'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='accounts_shift_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='SignIn',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('municipality_id', models.BigIntegerField()),
                ('session_key_hash', models.CharField(db_index=True, max_length=64)),
                ('device', models.CharField(blank=True, default='', max_length=60)),
                ('second_factor', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, db_index=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sign_ins', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True), ('revoked_at__isnull', True)), fields=['user'], name='accounts_signin_open')],
            },
        ),
    ]
