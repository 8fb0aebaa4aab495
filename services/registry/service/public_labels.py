"""Calls about what the public sees of people (R14)."""

from contracts.calls.registry import public_labels as calls
from contracts.policy import PublicView
from contracts.population import AgeGroup, age_group
from contracts.rpc import Caller
from directory.permissions import READ_FAIRNESS
from messaging import query
from services.registry import permissions, schemas
from services.registry.domain.public_labels import compare
from services.registry.store import RegistryTransaction


class PublicLabelCalls(calls.PublicLabelsApi):
    @query
    def public_labels(
        self,
        tx: RegistryTransaction,
        *,
        community_id: str,
        view: calls.PublicView,
        subjects: list[calls.LabelSubject],
        kind: calls.LabelKind,
        day: str,
    ) -> list[calls.PublicLabel]:
        scope, allowed = tx.scope_of(community_id), PublicView(**view)
        on = schemas.parse_day(day, scope.today)
        population = scope.population.on(on, masked=allowed.masked, kind=kind)
        ids = {subject["person_id"] for subject in subjects if subject["person_id"]}
        names = scope.population.shown_names(ids, on, masked=allowed.masked)
        return [
            schemas.public_label(
                population.label(names.get(subject["person_id"] or ""), subject["courtyard_id"], allowed)
            )
            for subject in subjects
        ]

    @query
    def age_groups(self, tx: RegistryTransaction, *, actor: Caller) -> dict[str, AgeGroup]:
        scope = tx.scope(actor)
        scope.require(READ_FAIRNESS)
        return {person: age_group(born, scope.today.year) for person, born in scope.population.birth_years().items()}

    @query
    def publicity_report(
        self,
        tx: RegistryTransaction,
        *,
        actor: Caller,
        community_id: str,
        lines: list[calls.LinesOfPerson],
        day: str,
    ) -> calls.PublicityReport:
        scope = tx.scope(actor)
        permissions.require_publicity(scope, community_id)
        chosen, on = scope.current_community.policy.public_view, schemas.parse_day(day, scope.today)
        population = scope.population.on(on, masked=chosen.masked)
        names = scope.population.shown_names(
            {line["person_id"] for line in lines if line["person_id"]}, on, masked=chosen.masked
        )
        counted = [(names.get(line["person_id"] or ""), line["courtyard_id"], line["lines"]) for line in lines]
        return schemas.publicity_report(population, compare(population, counted, chosen), chosen, on)
