"""The inspection service's calls and event handlers (R18, R19)."""

from typing import Unpack, final

from contracts.calls import inspection as calls
from contracts.paging import number_cursor, page_of
from contracts.rpc import Caller, Page
from directory import DirectoryUpdater
from directory.permissions import INSPECT, ORGANIZE_INSPECTIONS
from messaging import command, query
from services.inspection import permissions, schemas, use_cases
from services.inspection.domain import Checklist, Inspection
from services.inspection.store import InspectionStore, InspectionTransaction


@final
class InspectionService(DirectoryUpdater, calls.InspectionApi):
    name = "inspection"
    store = InspectionStore()

    # Checklists

    @query
    def get_checklist(self, tx: InspectionTransaction, *, actor: Caller) -> calls.Checklist:
        return schemas.checklist(tx.scope(actor).checklists.current())

    @query
    def list_checklists(
        self, tx: InspectionTransaction, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.Checklist]:
        found = tx.scope(actor).checklists.page(limit + 1, number_cursor(cursor))
        return page_of(found, limit, schemas.checklist, lambda checklist: checklist.version)

    @command
    def put_checklist(
        self, tx: InspectionTransaction, *, actor: Caller, criteria: list[calls.Criterion]
    ) -> calls.Checklist:
        scope = tx.scope(actor)
        scope.require(ORGANIZE_INSPECTIONS)
        version = scope.checklists.next_version()
        adopted = Checklist(scope.community, version, schemas.criteria_of(criteria), scope.person, tx.now)
        scope.checklists.add(adopted)
        return schemas.checklist(adopted)

    # Rounds

    @command
    def open_inspection(self, tx: InspectionTransaction, *, actor: Caller, period: str) -> calls.Inspection:
        scope = tx.scope(actor)
        scope.require(ORGANIZE_INSPECTIONS)
        checklist = scope.checklists.current()
        opened = Inspection.open(scope.community, period, checklist, scope.person, tx.now)
        scope.inspections.add(opened)
        return schemas.inspection(opened)

    @query
    def list_inspections(
        self, tx: InspectionTransaction, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.Inspection]:
        found = tx.scope(actor).inspections.page(limit + 1, before=cursor)
        return page_of(found, limit, schemas.inspection, lambda inspection: inspection.period)

    @query
    def get_inspection(self, tx: InspectionTransaction, *, actor: Caller, inspection_id: str) -> calls.Progress:
        scope = tx.scope(actor)
        inspection = scope.inspections.get(inspection_id)
        permissions.require_follow(scope, inspection)
        return use_cases.progress_of(scope, inspection)

    @command
    def assign_inspectors(
        self,
        tx: InspectionTransaction,
        *,
        actor: Caller,
        inspection_id: str,
        assignments: list[calls.AssignmentForm],
    ) -> calls.Progress:
        scope, shares = tx.scope(actor), schemas.shares_of(assignments)
        scope.require(ORGANIZE_INSPECTIONS)
        inspection = scope.inspections.get(inspection_id, for_update=True)
        inspection.assign(shares, scope.layout(), scope.known_people(share.inspector for share in shares))
        return use_cases.progress_of(scope, inspection)

    @command
    def record_score(
        self,
        tx: InspectionTransaction,
        *,
        actor: Caller,
        inspection_id: str,
        courtyard_id: str,
        **sheet: Unpack[calls.ScoreForm],
    ) -> calls.Score:
        return schemas.score(use_cases.put_score(tx.scope(actor), inspection_id, courtyard_id, sheet))

    @query
    def get_record(
        self, tx: InspectionTransaction, *, actor: Caller, inspection_id: str, courtyard_id: str
    ) -> calls.CourtyardRecord:
        return use_cases.record_of(tx.scope(actor), inspection_id, courtyard_id)

    @command
    def close_inspection(
        self, tx: InspectionTransaction, *, actor: Caller, inspection_id: str, accept_missing: bool = False
    ) -> calls.Ranking:
        scope = tx.scope(actor)
        scope.require(ORGANIZE_INSPECTIONS)
        return use_cases.ranking_of(scope, use_cases.close_inspection(scope, inspection_id, accept_missing))

    # Rectification

    @command
    def order_rectification(
        self,
        tx: InspectionTransaction,
        *,
        actor: Caller,
        inspection_id: str,
        courtyard_id: str,
        **order: Unpack[calls.RectificationForm],
    ) -> calls.Rectification:
        scope = tx.scope(actor)
        scope.require(INSPECT)
        ordered = use_cases.order_rectification(scope, inspection_id, courtyard_id, order)
        return use_cases.rectification_of(scope, ordered)

    @command
    def record_reinspection(
        self,
        tx: InspectionTransaction,
        *,
        actor: Caller,
        inspection_id: str,
        courtyard_id: str,
        **sheet: Unpack[calls.ReinspectionForm],
    ) -> calls.Rectification:
        scope = tx.scope(actor)
        return use_cases.rectification_of(scope, use_cases.put_reinspection(scope, inspection_id, courtyard_id, sheet))

    # Public

    @query
    def list_rankings(
        self, tx: InspectionTransaction, *, community_id: str, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.Inspection]:
        found = tx.scope_of(community_id).inspections.page(limit + 1, before=cursor, closed=True)
        return page_of(found, limit, schemas.inspection, lambda inspection: inspection.period)

    @query
    def get_ranking(self, tx: InspectionTransaction, *, inspection_id: str) -> calls.Ranking:
        inspection = tx.public_inspections.get(inspection_id)
        return use_cases.ranking_of(tx.scope_of(inspection.community), inspection)

    @query
    def get_courtyard_history(
        self,
        tx: InspectionTransaction,
        *,
        actor: Caller,
        courtyard_id: str,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.Visit]:
        visits = use_cases.list_visits(tx.scope(actor), courtyard_id, limit + 1, cursor)
        return page_of(visits, limit, lambda visit: visit, lambda visit: visit["period"])

    @query
    def open_photo(
        self, tx: InspectionTransaction, *, actor: Caller, inspection_id: str, courtyard_id: str, evidence_id: str
    ) -> calls.PhotoOwner:
        found = use_cases.photographer_of(tx.scope(actor), inspection_id, courtyard_id, evidence_id)
        return {"inspector_id": found}
