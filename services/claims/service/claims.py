"""Calls about claims and daily records (R6, R8, R9, R15)."""

from typing import Unpack

from contracts.calls import claims as calls
from contracts.paging import Selection, counted_page, page_of
from contracts.rpc import Caller, CountedPage, Page
from messaging import command, query
from services.claims import permissions
from services.claims.schemas import claims as schemas
from services.claims.store import ClaimsTransaction
from services.claims.use_cases import claims as use_cases

_CHANGED_LAST = 5


class ClaimCalls:
    @command
    def submit_claim(self, tx: ClaimsTransaction, *, actor: Caller, **form: Unpack[calls.ClaimForm]) -> calls.Claim:
        person, declaration = schemas.claim_form(form)
        return schemas.claim(use_cases.submit_claim(tx.scope(actor), declaration, person))

    @command
    def resubmit_claim(
        self, tx: ClaimsTransaction, *, actor: Caller, claim_id: str, **form: Unpack[calls.DeedForm]
    ) -> calls.Claim:
        return schemas.claim(use_cases.resubmit_claim(tx.scope(actor), claim_id, schemas.declaration(form)))

    @command
    def withdraw_claim(self, tx: ClaimsTransaction, *, actor: Caller, claim_id: str) -> calls.Claim:
        return schemas.claim(use_cases.withdraw_claim(tx.scope(actor), claim_id))

    @query
    def list_claims(
        self,
        tx: ClaimsTransaction,
        *,
        actor: Caller,
        limit: int = 20,
        cursor: str | None = None,
        status: list[calls.ClaimStatus] | calls.ClaimStatus | None = None,
        changed_since: str | None = None,
        period: str | None = None,
        person_id: str | None = None,
        courtyard_id: str | None = None,
        totals: bool = False,
    ) -> CountedPage[calls.Claim]:
        scope = tx.scope(actor)
        reader = scope.reader
        visible = scope.claim_lists.visible(
            reader,
            selection=Selection.of(status, changed_since),
            period=period,
            person=person_id,
            courtyard=courtyard_id,
        )
        found = visible.page(limit + 1, cursor)
        reasons, numbers = scope.claim_lists.reasons_of(found), scope.directory.all_courtyards()
        return counted_page(
            found,
            limit,
            lambda claim: {
                **schemas.claim_for(claim, reviewer=reader.may_review(claim), reason=reasons.get(claim.id)),
                "courtyard_number": numbers.get(claim.courtyard),
            },
            lambda claim: claim.id,
            count=visible.count if totals else None,
        )

    @query
    def own_claims(self, tx: ClaimsTransaction, *, actor: Caller) -> calls.OwnClaims:
        scope = tx.scope(actor)
        household = scope.directory.household_of(scope.person, scope.today)
        changed = scope.claim_lists.changed_last(scope.person, _CHANGED_LAST)
        reasons = scope.claim_lists.reasons_of(changed)
        return {
            "declared": [
                {"account_id": account, "claims": number, "points": points}
                for account, number, points in scope.claim_lists.undecided(scope.person, household)
            ],
            "returned": scope.claim_lists.count_returned(scope.person),
            "changed": [schemas.claim_for(each, reviewer=False, reason=reasons.get(each.id)) for each in changed],
        }

    @query
    def list_records(
        self,
        tx: ClaimsTransaction,
        *,
        actor: Caller,
        courtyard_id: str | None = None,
        period: str | None = None,
        day: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.DailyRecord]:
        scope = tx.scope(actor)
        permissions.require_read_records(scope, courtyard_id)
        days, after = schemas.record_days(period, day, scope.today), schemas.record_position(cursor)
        found = scope.claim_lists.list_by_day(scope.reader, days, courtyard=courtyard_id, limit=limit + 1, after=after)
        numbers = scope.directory.all_courtyards()
        return page_of(found, limit, lambda claim: schemas.record(claim, numbers), schemas.record_cursor)

    @command
    def get_claim(self, tx: ClaimsTransaction, *, actor: Caller, claim_id: str) -> calls.WholeClaim:
        scope = tx.scope(actor)
        claim = scope.claims.get_visible(scope.reader, claim_id)
        scope.accesses.record(claim.person, "claim_read", claim.id)
        claim.mark_seen(scope.person, scope.now)
        uploads = scope.evidence.get_many(claim.evidence)
        origins = scope.evidence.origins_of(claim.evidence) if scope.reader.may_review(claim) else None
        return schemas.whole_claim(claim, uploads, origins, scope.claims.timeline(claim.id))

    @query
    def list_claim_notices(
        self, tx: ClaimsTransaction, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.ClaimNotice]:
        found = use_cases.list_notices(tx.scope(actor), limit + 1, cursor)
        return page_of(found, limit, schemas.notice, lambda claim: claim.id)

    @command
    def mark_claim_told(self, tx: ClaimsTransaction, *, actor: Caller, claim_id: str) -> calls.ClaimNotice:
        return schemas.notice(use_cases.mark_told(tx.scope(actor), claim_id))

    @query
    def summaries(self, tx: ClaimsTransaction, *, actor: Caller, ids: list[str]) -> dict[str, calls.ClaimSummary]:
        reader, claims = tx.scope(actor).reader, tx.scope(actor).claims
        found = claims.list_visible(reader, ids)
        return {claim.id: schemas.summary(claim, reviewer=reader.may_review(claim)) for claim in found}
