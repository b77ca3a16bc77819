"""Every text column of the shared schema, with the reason why it names nobody. A new one fails until it has one."""

from __future__ import annotations

from typing import Any

from django.db import connection

CODE = "en kod ur en lista i koden"
HASH = "ett fingeravtryck, nyckelberoende eller av något slumpat"
STAFF = "centralens egen personal: det enda personliga i det gemensamma schemat"
MUNICIPAL = "kommunens eget namn och koder"
PLACE = "satt av registret: en plats eller ett område som inte är ett hem"
FRAMEWORK = "Djangos egna tabeller: namn ur koden"

REASONS: dict[str, str] = {
    "accounts_membership.functions": CODE,
    "accounts_membership.role": CODE,
    "accounts_shift.ended_reason": CODE,
    "accounts_shift.seat": "platsens namn i lokalen",
    "accounts_signin.device": STAFF,
    "accounts_signin.session_key_hash": HASH,
    "accounts_throttle.key": HASH,
    "accounts_user.email": STAFF,
    "accounts_user.initials": STAFF,
    "accounts_user.name": STAFF,
    "accounts_user.password": HASH,
    "accounts_user.totp_secret": "krypterad",
    "accounts_user.username": STAFF,
    "audit_auditentry.digest": HASH,
    "audit_auditentry.hash": HASH,
    "audit_auditentry.previous_hash": HASH,
    "audit_auditentry.subject": "ett id, aldrig ett namn",
    "audit_auditentry.verb": CODE,
    "audit_chainhead.hash": HASH,
    "audit_chainhead.signature": HASH,
    "auth_group.name": FRAMEWORK,
    "auth_permission.codename": FRAMEWORK,
    "auth_permission.name": FRAMEWORK,
    "callouts_callout.duty": "jourens kod: en funktion, ingen person",
    "callouts_callout.duty_name": "jourens namn: en funktion, ingen person",
    "callouts_callout.error_code": CODE,
    "callouts_callout.number_hash": HASH,
    "callouts_callout.state": CODE,
    "callouts_run.duty": "jourens kod: en funktion, ingen person",
    "callouts_run.duty_name": "jourens namn: en funktion, ingen person",
    "callouts_run.purpose": CODE,
    "callouts_run.state": CODE,
    "decisions_decision.choice": CODE,
    "decisions_decision.default_choice": CODE,
    "decisions_decision.function": CODE,
    "decisions_decision.state": CODE,
    "stepping_stepdeadline.state": CODE,
    "carriers_attempt.error_code": CODE,
    "carriers_attempt.outcome": CODE,
    "carriers_callback.error_code": CODE,
    "carriers_callback.result": CODE,
    "carriers_callback.sid": "operatörens id",
    "carriers_callback.status": CODE,
    "carriers_ending.error_code": CODE,
    "carriers_leg.channel": CODE,
    "carriers_leg.direction": CODE,
    "carriers_leg.error_code": CODE,
    "carriers_leg.number_hash": HASH,
    "carriers_leg.purpose": CODE,
    "carriers_leg.result": CODE,
    "carriers_leg.sid": "operatörens id",
    "carriers_leg.state": CODE,
    "carriers_turn.digit": "en knapp på en telefon",
    "carriers_turn.kind": CODE,
    "carriers_turn.sid": "operatörens id",
    "django_content_type.app_label": FRAMEWORK,
    "django_content_type.model": FRAMEWORK,
    "django_migrations.app": FRAMEWORK,
    "django_migrations.name": FRAMEWORK,
    "django_session.session_data": "signerad, bara kontots id och inloggningens",
    "django_session.session_key": "slumpad",
    "escalation_heartbeat.instance": "värd och processnummer",
    "escalation_heartbeat.process": CODE,
    "events_eventrecord.function": CODE,
    "events_eventrecord.item": "kuvertet som konsolerna får det; provet nedan och resan söker kanariefåglar i det",
    "events_eventrecord.type": CODE,
    "handover_line.function": CODE,
    "handover_line.section": CODE,
    "intake_rejection.reason": CODE,
    "intake_signal.account_hash": HASH,
    "intake_signal.kind": CODE,
    "intake_signal.meaning": CODE,
    "intake_source.conventions": "överenskommelser om koder och svar med den som ringer in; satt av centralen",
    "intake_source.key_sealed": "krypterad",
    "intake_source.protocol": CODE,
    "intake_source.name": "sändarens tekniska namn, satt av centralen",
    "intake_transmitter.account_hash": HASH,
    "intake_transmitter.area": PLACE,
    "intake_transmitter.function": CODE,
    "intake_transmitter.key_sealed": "krypterad",
    "intake_transmitter.site": PLACE,
    "intake_transmitterstate.troubles": CODE,
    "intake_unknownaccount.account_hash": HASH,
    "nameplates_nameplate.account_sealed": "krypterad",
    "registry_import.file_sealed": "krypterad, tills den är läst, högst en timme",
    "registry_import.note": CODE,
    "registry_import.rows_sealed": "krypterad, högst en timme",
    "registry_import.seen_digest": HASH,
    "registry_import.state": CODE,
    "registry_import.told_sealed": "krypterad, högst en timme",
    "municipalities_domain.domain": MUNICIPAL,
    "municipalities_municipality.hotline_name": MUNICIPAL,
    "municipalities_municipality.kind": CODE,
    "municipalities_municipality.municipality_code": MUNICIPAL,
    "municipalities_municipality.name": MUNICIPAL,
    "municipalities_municipality.schema_name": MUNICIPAL,
    "municipalities_municipality.short_code": MUNICIPAL,
    "municipalities_municipality.slug": MUNICIPAL,
    "municipalities_municipality.sort_key": MUNICIPAL,
    "municipalities_municipality.state": CODE,
    "workqueue_actkey.digest": HASH,
    "workqueue_actkey.key": HASH,
    "workqueue_gathering.function": CODE,
    "workqueue_gathering.kind": CODE,
    "workqueue_gathering.recent": "id och tider",
    "workqueue_gatheringrule.kind": CODE,
    "workqueue_groupact.headline": "det första ärendets rubrik, satt av regel",
    "workqueue_groupact.reason": CODE,
    "workqueue_groupact.verb": CODE,
    "workqueue_groupmember.before": "läge, tider och id före handlingen",
    "workqueue_groupmember.result": CODE,
    "workqueue_groupmember.undo": CODE,
    "workqueue_notice.kind": CODE,
    "workqueue_workitem.area": PLACE,
    "workqueue_workitem.attention": CODE,
    "workqueue_workitem.function": CODE,
    "workqueue_workitem.headline": "satt av regel ur sort, område, plats och kommun",
    "workqueue_workitem.kind": CODE,
    "workqueue_workitem.last_by_initials": STAFF,
    "workqueue_workitem.last_verb": CODE,
    "workqueue_workitem.offer_reason": CODE,
    "workqueue_workitem.outcome": CODE,
    "workqueue_workitem.reference": "ett löpnummer",
    "workqueue_workitem.site": PLACE,
    "workqueue_workitem.state": CODE,
    "workqueue_workitem.word": "jourens namn och läge: en funktion, ingen person",
}  # fmt: skip


def public_text_columns() -> set[str]:
    """What can hold text in ``public``, asked of the database itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name || '.' || c.column_name FROM information_schema.columns c "
            "JOIN information_schema.tables t USING (table_schema, table_name) "
            "WHERE table_schema = 'public' AND t.table_type = 'BASE TABLE' AND (c.data_type IN "
            "('text', 'character varying', 'character', 'json', 'jsonb', 'xml', 'inet') "
            "OR c.udt_name IN ('_text', '_varchar', '_bpchar'))"
        )
        return {row[0] for row in cursor.fetchall()}


def test_every_public_text_column_has_its_reason(db: None) -> None:
    assert public_text_columns() - set(REASONS) == set(), "nämn skälet, eller lägg texten hos kommunen"


def test_no_reason_outlives_its_column(db: None) -> None:
    assert set(REASONS) - public_text_columns() == set()


def test_every_municipalitys_tables_stand_in_its_schema_and_none_in_public(db: None, storkoping: Any) -> None:
    from django.apps import apps
    from django.conf import settings

    names = {
        model._meta.db_table
        for model in apps.get_models()
        if apps.get_app_config(model._meta.app_label).name in settings.TENANT_APPS
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema IN ('public', %s)",
            [storkoping.schema_name],
        )
        stand = cursor.fetchall()
    assert {table for schema, table in stand if schema == "public"} & names == set()
    assert names <= {table for schema, table in stand if schema == storkoping.schema_name}
