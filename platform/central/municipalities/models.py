"""The municipalities one centre serves, and the hosts they are reached on (public schema)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Func
from django_tenants.models import DomainMixin, TenantMixin

from central.municipalities.context import MunicipalityRef


class Kind(models.TextChoices):
    MUNICIPALITY = "municipality", "Kommun"
    CENTRE = "centre", "Trygghetscentral"


class State(models.TextChoices):
    ACTIVE = "active", "Aktiv"
    SUSPENDED = "suspended", "Vilande"


class Municipality(TenantMixin):  # type: ignore[misc]  # django-tenants has no types
    """One municipality, or the centre itself, which owns what no municipality is known for yet."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    short_code = models.CharField(max_length=6, help_text="Tre bokstäver på operatörens tavla: HLM, ÖGO")
    municipality_code = models.CharField(max_length=4, blank=True, help_text="SCB:s kommunkod som text: 0114")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.MUNICIPALITY)
    hotline_name = models.CharField(max_length=80, blank=True, help_text="Så svarar operatören")
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    created_at = models.DateTimeField(auto_now_add=True)
    sort_key = models.GeneratedField(
        expression=Func(F("name"), function="swedish_key", output_field=models.TextField()),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    auto_create_schema = False  # services.found() clones the template schema instead

    class Meta:
        ordering = ["sort_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(kind="centre"), name="one_centre_per_installation"
            ),
            models.UniqueConstraint(fields=["sort_key"], name="one_municipality_per_name"),
            models.UniqueConstraint(
                Func(F("short_code"), function="swedish_key"), name="one_municipality_per_short_code"
            ),
            models.UniqueConstraint(
                fields=["municipality_code"],
                condition=~models.Q(municipality_code=""),
                name="one_municipality_per_code",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def ref(self) -> MunicipalityRef:
        """This municipality as the context wants it."""
        return MunicipalityRef(
            id=self.pk,
            slug=self.slug,
            schema_name=self.schema_name,
            name=self.name,
            short_code=self.short_code,
            kind=self.kind,
            hotline_name=self.hotline_name,
            state=self.state,
        )


class Domain(DomainMixin):  # type: ignore[misc]  # django-tenants has no types
    """A host name (without port) of a municipality or of the centre."""
