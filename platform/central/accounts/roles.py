"""The roles a membership can give, and where each may be held."""

OPERATOR = "operator"
SHIFT_LEADER = "shift_leader"
CENTRE_MANAGER = "centre_manager"
AUDITOR = "auditor"
MUNICIPALITY_ADMIN = "municipality_admin"
MUNICIPALITY_OFFICER = "municipality_officer"

NAMES: dict[str, str] = {
    OPERATOR: "Operatör",
    SHIFT_LEADER: "Skiftledare",
    CENTRE_MANAGER: "Centralchef",
    AUDITOR: "Granskare",
    MUNICIPALITY_ADMIN: "Kommunadministratör",
    MUNICIPALITY_OFFICER: "Handläggare",
}

AT_CENTRE = frozenset({OPERATOR, SHIFT_LEADER, CENTRE_MANAGER, AUDITOR})
"""Roles held at the centre; they act for every municipality the centre serves."""

AT_MUNICIPALITY = frozenset({MUNICIPALITY_ADMIN, MUNICIPALITY_OFFICER, AUDITOR})
"""Roles held at one municipality; they reach nothing outside it."""

WITH_FUNCTIONS = frozenset({OPERATOR, SHIFT_LEADER, CENTRE_MANAGER, MUNICIPALITY_OFFICER})
"""Roles whose rights are limited by the functions listed."""
