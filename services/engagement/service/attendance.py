"""Calls about presence (R29)."""

from typing import Unpack

from contracts.calls import engagement as calls
from contracts.paging import page_of
from contracts.rpc import Caller, Page
from messaging import command, query
from services.engagement import permissions
from services.engagement.domain.presence import SLOT_SECONDS, valid_until
from services.engagement.schemas import attendance as schemas
from services.engagement.store import EngagementTransaction
from services.engagement.use_cases import attendance as use_cases


class AttendanceCalls:
    @query
    def get_host_keys(self, tx: EngagementTransaction, *, actor: Caller, activity_id: str) -> calls.HostKeys:
        scope = tx.scope(actor)
        keys = use_cases.keys_for_host(scope, activity_id)
        return {
            "activity_id": activity_id,
            "challenge_key": keys.challenge,
            "device_key": keys.device(scope.person),
            "slot_seconds": SLOT_SECONDS,
            "server_time": tx.now.isoformat(),
        }

    @query
    def get_challenge(
        self, tx: EngagementTransaction, *, actor: Caller, activity_id: str, direction: str
    ) -> calls.Challenge:
        keys = use_cases.keys_for_host(tx.scope(actor), activity_id)
        code = keys.code("in" if direction == "in" else "out", tx.now)
        return {"code": code, "valid_until": valid_until(tx.now).isoformat()}

    @query
    def get_ticket(self, tx: EngagementTransaction, *, actor: Caller, activity_id: str) -> calls.Ticket:
        scope = tx.scope(actor)
        key = use_cases.ticket(scope, activity_id)
        return {"activity_id": activity_id, "person_id": scope.person, "key": key}

    @command
    def check_in(
        self, tx: EngagementTransaction, *, actor: Caller, activity_id: str, **form: Unpack[calls.CheckForm]
    ) -> calls.Attendance:
        return schemas.attendance(use_cases.check(tx.scope(actor), activity_id, "in", form))

    @command
    def check_out(
        self, tx: EngagementTransaction, *, actor: Caller, activity_id: str, **form: Unpack[calls.CheckForm]
    ) -> calls.Attendance:
        return schemas.attendance(use_cases.check(tx.scope(actor), activity_id, "out", form))

    @command
    def take_batch(
        self,
        tx: EngagementTransaction,
        *,
        actor: Caller,
        activity_id: str,
        batch_id: str,
        records: list[calls.BatchRecord],
        signature: str,
    ) -> calls.BatchReply:
        taken = use_cases.take_batch(tx.scope(actor), activity_id, batch_id, schemas.records_of(records), signature)
        return {"data": taken}

    @command
    def close_attendance(
        self, tx: EngagementTransaction, *, actor: Caller, activity_id: str, head_count: int
    ) -> calls.ClosedAttendance:
        return use_cases.close(tx.scope(actor), activity_id, head_count)

    @command
    def revoke_attendance(
        self, tx: EngagementTransaction, *, actor: Caller, activity_id: str, person_id: str, reason: str
    ) -> calls.Attendance:
        return schemas.attendance(use_cases.revoke(tx.scope(actor), activity_id, person_id, reason))

    @query
    def list_attendance(
        self,
        tx: EngagementTransaction,
        *,
        actor: Caller,
        activity_id: str,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.ExpectedPerson]:
        scope = tx.scope(actor)
        permissions.require_organizing(scope, scope.activities.get(activity_id, drafts=False))
        found = scope.attendances.expected(activity_id, limit + 1, cursor)
        return page_of(found, limit, schemas.expected, lambda each: each.person)

    @query
    def list_own_attendance(
        self, tx: EngagementTransaction, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.Attendance]:
        scope = tx.scope(actor)
        found = scope.attendances.of_person(scope.person, limit + 1, cursor)
        return page_of(found, limit, schemas.attendance, lambda each: each.id)
