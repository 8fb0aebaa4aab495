"""Who is allowed to call each operation of the API. A new operation needs a line here.

张三 lives in courtyard 1, in the first grid. Where an operation takes a household, resident, claim, review, passbook or
order, it is theirs. A name in parentheses is a second case of the same operation.
"""

from tests.flows.community import Json
from tests.flows.samples import CHECKLIST

OWNER, NEIGHBOUR = frozenset({"owner"}), frozenset({"neighbour"})
HEAD, OFFICER, OTHER_OFFICER = frozenset({"head"}), frozenset({"officer"}), frozenset({"other_officer"})
CHAIR, BRANCH, COMMITTEE = frozenset({"chair"}), frozenset({"branch"}), frozenset({"committee"})
GROUP = CHAIR | {"member"}
STAFF = GROUP | BRANCH | COMMITTEE
OPERATOR = frozenset({"operator"})
"""A resident who operates the merchant of the key `till`."""
RESIDENTS = OWNER | NEIGHBOUR | HEAD | {"other_head"} | OPERATOR
COMMUNITY = RESIDENTS | OFFICER | OTHER_OFFICER | STAFF
PLATFORM, OUTSIDER = frozenset({"platform"}), frozenset({"outsider"})
PERSONS = COMMUNITY | PLATFORM | OUTSIDER
TILL, TEST_TILL = frozenset({"till"}), frozenset({"test_till"})
PUBLIC = frozenset({"public"})
PUBLIC_ACCESS = PERSONS | TILL | TEST_TILL | PUBLIC
"""`outsider` has roles in another community and is allowed where an operation can only reach their own."""

RESPONSIBLE = HEAD | OFFICER | COMMITTEE
REGISTRARS = OFFICER | COMMITTEE
ORGANIZERS = GROUP | OFFICER | OTHER_OFFICER | COMMITTEE
READERS = OWNER | HEAD | OFFICER | STAFF
NOBODY: frozenset[str] = frozenset()
"""The community has no such object; tests of the service cover these permissions."""
EVIDENCE_READERS = OWNER | HEAD | OFFICER | GROUP | BRANCH

ALLOWED_CALLERS: dict[str, frozenset[str]] = {
    # sessions
    "POST /v1/sessions": PUBLIC_ACCESS,
    "POST /v1/sessions/refresh": PUBLIC_ACCESS,
    "GET /v1/me": PERSONS,
    "GET /v1/me/home": PERSONS,
    "POST /v1/me/binding": PERSONS,
    "GET /v1/me/bindings": PERSONS,
    "POST /v1/me/bindings/{binding_id}/confirm": NOBODY,
    "DELETE /v1/me/bindings/{binding_id}": NOBODY,
    "GET /v1/me/sessions": PERSONS,
    "DELETE /v1/me/sessions/{session_id}": NOBODY,
    "GET /v1/me/sign-in-changes": PERSONS,
    "GET /v1/me/sign-in-resets": PERSONS,
    "DELETE /v1/me/sign-in-resets/{reset_id}": NOBODY,
    "PUT /v1/me/password": PERSONS,
    "POST /v1/me/second-factor": PERSONS,
    "POST /v1/me/second-factor/confirm": NOBODY,  # the code is wrong
    "POST /v1/me/second-factor/remove": NOBODY,
    "POST /v1/me/paycode": PERSONS,
    # registry
    "GET /v1/communities": PERSONS,
    "POST /v1/communities": PLATFORM,
    "GET /v1/directory": PUBLIC_ACCESS,
    "GET /v1/communities/{community_id}": PUBLIC_ACCESS,
    "GET /v1/communities/{community_id}/calendar": PUBLIC_ACCESS,
    "GET /v1/communities/{community_id}/settings": COMMITTEE,
    "GET /v1/communities/{community_id}/publicity-report": GROUP | COMMITTEE,
    "GET /v1/communities/{community_id}/proposals": STAFF | PLATFORM,
    "POST /v1/communities/{community_id}/proposals/{proposal_id}/approval": BRANCH | PLATFORM,
    "POST /v1/communities/{community_id}/proposals/{proposal_id}/refusal": BRANCH | PLATFORM,
    "GET /v1/courtyards": PERSONS,
    "POST /v1/courtyards": COMMITTEE | OUTSIDER,
    "GET /v1/courtyards/{courtyard_id}": COMMUNITY,
    "POST /v1/courtyards/{courtyard_id}/dissolve": COMMITTEE,
    "GET /v1/households": PERSONS,
    "POST /v1/households": REGISTRARS,
    "GET /v1/households/{household_id}": READERS,
    "POST /v1/households/{household_id}/split": REGISTRARS,
    "POST /v1/households/{household_id}/merge": REGISTRARS,
    "POST /v1/households/{household_id}/cards": RESPONSIBLE,
    "GET /v1/households/{household_id}/card.pdf": RESPONSIBLE,
    "DELETE /v1/households/{household_id}/cards/current": OWNER | RESPONSIBLE,
    "POST /v1/households/{household_id}/cards/current/activation": OWNER | RESPONSIBLE,  # refused later: another card
    "GET /v1/residents": PERSONS,
    "POST /v1/residents": COMMITTEE | OUTSIDER,
    "POST /v1/residents (into a household)": REGISTRARS,
    "GET /v1/residents/{resident_id}": READERS,
    "PUT /v1/residents/{resident_id}": REGISTRARS,
    "POST /v1/residents/{resident_id}/moves": REGISTRARS,
    "POST /v1/residents/{resident_id}/invitations": RESPONSIBLE,
    "GET /v1/me/spending-waits": PERSONS,
    "GET /v1/spending-waits": PERSONS,
    "POST /v1/spending-waits/{wait_id}/agreement": NOBODY,
    "POST /v1/spending-waits/{wait_id}/refusal": NOBODY,
    "POST /v1/spending-waits/{wait_id}/ruling": NOBODY,
    "GET /v1/appointments": PERSONS,
    "POST /v1/appointments": COMMITTEE | PLATFORM,
    "GET /v1/rosters/template": PERSONS,
    "POST /v1/rosters": COMMITTEE | OUTSIDER,
    "GET /v1/rosters/{roster_id}": COMMITTEE,
    # claims
    "GET /v1/rulebooks": PERSONS,
    "GET /v1/rulebooks/current": COMMUNITY | OUTSIDER,
    "GET /v1/rulebooks/{rulebook_id}": COMMUNITY,
    "POST /v1/rulebooks": GROUP | COMMITTEE | OUTSIDER,
    "POST /v1/rulebooks/{rulebook_id}/adopt": GROUP | COMMITTEE,
    "GET /v1/suspensions": PERSONS,
    "POST /v1/evidence": PERSONS,
    "GET /v1/evidence/{evidence_id}": EVIDENCE_READERS,
    "POST /v1/evidence/{evidence_id}/link": EVIDENCE_READERS,
    "GET /v1/evidence/links/{token}": PUBLIC_ACCESS,
    "POST /v1/rulebooks/{draft_id}/discard": GROUP | COMMITTEE,
    "GET /v1/acts": GROUP | COMMITTEE | OUTSIDER,
    "POST /v1/acts": GROUP | COMMITTEE | OUTSIDER,
    "GET /v1/records/courtyards/{courtyard_id}": HEAD | OFFICER | STAFF,
    "GET /v1/records/community": STAFF | OUTSIDER,
    "GET /v1/claims": PERSONS,
    "POST /v1/claims": PERSONS,
    "POST /v1/claims (for another)": OWNER | HEAD | OFFICER,
    "GET /v1/claims/{claim_id}": READERS,
    "PUT /v1/claims/{claim_id}": OWNER,
    # reviews
    "GET /v1/reviews": PERSONS,
    "GET /v1/reviews/selection": PERSONS,
    "GET /v1/reviews/{review_id}": EVIDENCE_READERS,
    "POST /v1/reviews/{review_id}/decision": HEAD,
    "POST /v1/reviews/decisions": PERSONS,
    "GET /v1/periods": PERSONS,
    "GET /v1/periods/{period}": PERSONS,
    "POST /v1/periods/{period}/publish": GROUP | OUTSIDER,
    "POST /v1/periods/{period}/settle": GROUP | OUTSIDER | PLATFORM,  # an unpublished month has no permission check
    "GET /v1/publications": PUBLIC_ACCESS,
    "GET /v1/publications/{publication_id}": PUBLIC_ACCESS,
    "GET /v1/objections": PERSONS,
    "POST /v1/objections": RESIDENTS,
    "POST /v1/objections/{objection_id}/ruling": BRANCH,
    "POST /v1/corrections": BRANCH,
    "GET /v1/office-decisions": PERSONS,
    "GET /v1/self-dealing-report": BRANCH | COMMITTEE | OUTSIDER,
    "GET /v1/corrections": STAFF | OUTSIDER,
    "POST /v1/corrections/{correction_id}/confirmation": COMMITTEE,  # the branch proposed it
    "POST /v1/corrections/{correction_id}/refusal": BRANCH
    | COMMITTEE,  # after the confirmation nobody needs another person
    "POST /v1/claims/{claim_id}/withdraw": OWNER,
    # inspections
    "GET /v1/checklist": COMMUNITY,  # the outsider's community has no checklist
    "PUT /v1/checklist": GROUP | COMMITTEE | OUTSIDER,
    "GET /v1/checklists": PERSONS,
    "GET /v1/inspections": PERSONS,
    "POST /v1/inspections": GROUP | COMMITTEE | OUTSIDER,
    "GET /v1/inspections/{inspection_id}": GROUP | OFFICER | OTHER_OFFICER | COMMITTEE,
    "GET /v1/inspections/{inspection_id}/courtyards/{courtyard_id}": NOBODY,
    "PUT /v1/inspections/{inspection_id}/courtyards/{courtyard_id}": GROUP | OFFICER | OTHER_OFFICER | COMMITTEE,
    "PUT /v1/inspections/{inspection_id}/assignments": GROUP | COMMITTEE,
    "PUT /v1/inspections/{inspection_id}/courtyards/{courtyard_id}/rectification": GROUP
    | OFFICER
    | OTHER_OFFICER
    | COMMITTEE,
    "PUT /v1/inspections/{inspection_id}/courtyards/{courtyard_id}/reinspection": NOBODY,
    "GET /v1/inspections/{inspection_id}/courtyards/{courtyard_id}/photos/{evidence_id}": NOBODY,
    "POST /v1/inspections/{inspection_id}/courtyards/{courtyard_id}/photos/{evidence_id}/link": NOBODY,
    "GET /v1/courtyards/{courtyard_id}/inspections": COMMUNITY,
    "GET /v1/rankings": PUBLIC_ACCESS,
    "POST /v1/inspections/{inspection_id}/close": GROUP | COMMITTEE,
    "GET /v1/inspections/{inspection_id}/ranking": PUBLIC_ACCESS,
    # ledger
    "GET /v1/boards/{kind}": PUBLIC_ACCESS,
    "GET /v1/passbooks/{account_id}": READERS,
    "GET /v1/passbooks/{account_id}/entries": READERS,
    "GET /v1/passbooks/{account_id}/entries/{entry_id}": READERS,
    "GET /v1/passbooks/{account_id}/statements": READERS,
    "GET /v1/passbooks/{account_id}/statements/{period}": READERS,
    "GET /v1/ledgers/courtyards/{courtyard_id}": HEAD | OFFICER | STAFF,
    "GET /v1/ledgers/community": STAFF | OUTSIDER,
    "GET /v1/ledgers/rebuilds": COMMITTEE | OUTSIDER,
    "POST /v1/ledgers/rebuilds": COMMITTEE | OUTSIDER,
    "GET /v1/ledgers/rebuilds/{rebuild_id}": COMMITTEE,
    "GET /v1/ledger/blocks": PUBLIC_ACCESS,
    "GET /v1/ledger/blocks/{number}": PUBLIC_ACCESS,
    "GET /v1/ledger/entries/{entry_id}/proof": PUBLIC_ACCESS,
    "GET /v1/budget": STAFF | OUTSIDER,
    "GET /v1/fairness": STAFF | OUTSIDER,
    # rewards and orders
    "GET /v1/rewards": PERSONS,
    "POST /v1/rewards": GROUP | COMMITTEE | OUTSIDER,
    "GET /v1/rewards/{reward_id}": COMMUNITY,
    "PUT /v1/rewards/{reward_id}": GROUP | COMMITTEE,
    "POST /v1/rewards/{reward_id}/codes": GROUP | COMMITTEE,
    "GET /v1/reward-proposals": GROUP | COMMITTEE | OUTSIDER,
    "POST /v1/reward-proposals/{reward_proposal_id}/approval": GROUP,  # the committee proposed it
    "POST /v1/reward-proposals/{reward_proposal_id}/refusal": GROUP
    | COMMITTEE,  # after the approval nobody needs another person
    "POST /v1/rewards/{reward_id}/picture": GROUP | COMMITTEE,
    "GET /v1/pictures/{community_id}/{sha256}.jpg": PUBLIC_ACCESS,
    "GET /v1/orders": PERSONS,
    "POST /v1/orders": COMMUNITY,
    "POST /v1/orders (for another)": OWNER | HEAD | OFFICER,
    "GET /v1/orders/{order_id}": OWNER,
    "GET /v1/orders/{order_id}/voucher.{form}": OWNER,
    "GET /v1/paper-notices/claims": PERSONS,
    "POST /v1/paper-notices/claims/{claim_id}": HEAD | OFFICER | COMMITTEE,
    "GET /v1/paper-notices/orders": PERSONS,
    "POST /v1/paper-notices/orders/{order_id}": HEAD | OFFICER | COMMITTEE,
    "GET /v1/payments": PERSONS,
    "GET /v1/payments (of another)": READERS,
    "GET /v1/payments/{payment_id}": READERS,
    "POST /v1/benefit-redemptions": GROUP | OFFICER | OTHER_OFFICER | COMMITTEE | OUTSIDER,
    # honours
    "GET /v1/honours": PERSONS,
    "POST /v1/honours": GROUP | COMMITTEE | OUTSIDER,
    "GET /v1/honours/{honour_id}": COMMUNITY,
    "GET /v1/honours/{honour_id}/candidates": STAFF,
    "POST /v1/honours/{honour_id}/candidates": GROUP,
    "GET /v1/honours/{honour_id}/candidates/{list_id}": STAFF,
    "GET /v1/honours/{honour_id}/decisions": COMMUNITY,
    "POST /v1/honours/{honour_id}/decisions": GROUP,
    "GET /v1/honours/{honour_id}/decisions/{decision_id}/certificate.pdf": OWNER | STAFF,
    "POST /v1/honours/{honour_id}/decisions/{decision_id}/revoke": GROUP,
    "GET /v1/retention-runs": STAFF | OUTSIDER,
    "GET /v1/me/accesses": PERSONS,
    "GET /v1/me/export": PERSONS,
    "GET /v1/me/consents": PERSONS,
    "PUT /v1/me/consents/{purpose}": PERSONS,
    "GET /v1/residents/{resident_id}/consents": READERS,
    "PUT /v1/residents/{resident_id}/consents/{purpose}": OWNER | RESPONSIBLE,
    "GET /v1/me/erasure-requests": PERSONS,
    "POST /v1/me/erasure-requests": PERSONS,
    "POST /v1/me/erasure-requests/{request_id}/withdraw": NOBODY,
    "GET /v1/erasure-requests": COMMITTEE | OUTSIDER,
    "POST /v1/erasure-requests/{request_id}/refuse": NOBODY,
    "GET /v1/me/honours": PERSONS,
    "POST /v1/me/priority-code": PERSONS,
    "GET /v1/me/priority-checks": PERSONS,
    "POST /v1/merchant/priority-checks": NOBODY,  # needs a key with the scope `priorities`
    # activities
    "GET /v1/activities": PERSONS,
    "POST /v1/activities": ORGANIZERS | OUTSIDER,
    "GET /v1/activities/{activity_id}": COMMUNITY,
    "PUT /v1/activities/{activity_id}": ORGANIZERS,
    "POST /v1/activities/{activity_id}/publish": ORGANIZERS,
    "GET /v1/activities/{activity_id}/signups": ORGANIZERS,
    "GET /v1/activities/{activity_id}/ticket": OWNER,  # before everybody signs up
    "POST /v1/activities/{activity_id}/signups": COMMUNITY,
    "GET /v1/activities/{activity_id}/signups/{signup_id}": OWNER | HEAD | ORGANIZERS,
    "POST /v1/activities/{activity_id}/signups/{signup_id}/accept": OWNER | HEAD | ORGANIZERS,
    "GET /v1/activities/{activity_id}/host-keys": ORGANIZERS,
    "GET /v1/activities/{activity_id}/challenge": ORGANIZERS,
    "POST /v1/activities/{activity_id}/checkins": ORGANIZERS,
    "POST /v1/activities/{activity_id}/checkouts": ORGANIZERS,
    "POST /v1/activities/{activity_id}/attendance-batches": NOBODY,  # no device signed it
    "GET /v1/activities/{activity_id}/attendance": ORGANIZERS,
    "POST /v1/activities/{activity_id}/attendance/close": ORGANIZERS,
    "POST /v1/activities/{activity_id}/attendance/{resident_id}/revoke": NOBODY,  # nobody came
    "GET /v1/me/attendance": PERSONS,
    "DELETE /v1/activities/{activity_id}/signups/{signup_id}": OWNER | HEAD | ORGANIZERS,
    "POST /v1/activities/{activity_id}/cancel": ORGANIZERS,
    "POST /v1/activities/{activity_id}/draw": ORGANIZERS,
    "GET /v1/calendar/activities/{activity_id}/draw": PUBLIC_ACCESS,
    "GET /v1/me/signups": PERSONS,
    "GET /v1/calendar/activities": PUBLIC_ACCESS,
    "GET /v1/calendar/activities/{activity_id}": PUBLIC_ACCESS,
    # merchants and tills
    "GET /v1/merchants": PERSONS,
    "POST /v1/merchants": COMMITTEE | OUTSIDER,
    "GET /v1/merchants/{merchant_id}": COMMUNITY,
    "PUT /v1/merchants/{merchant_id}": COMMITTEE,
    "GET /v1/merchants/{merchant_id}/shops": COMMUNITY,
    "POST /v1/merchants/{merchant_id}/shops": COMMITTEE | OPERATOR,
    "PUT /v1/merchants/{merchant_id}/shops/{shop_id}": COMMITTEE | OPERATOR,
    "GET /v1/merchants/{merchant_id}/keys": COMMITTEE | OPERATOR,
    "POST /v1/merchants/{merchant_id}/keys": COMMITTEE | OPERATOR,
    "GET /v1/merchants/{merchant_id}/{mode}/settlements": OPERATOR,
    "GET /v1/merchants/{merchant_id}/{mode}/settlements/{period}": OPERATOR,
    "GET /v1/merchants/{merchant_id}/{mode}/reconciliations": OPERATOR,
    "POST /v1/merchants/{merchant_id}/{mode}/reconciliations": OPERATOR,
    "GET /v1/merchants/{merchant_id}/{mode}/reconciliations/{reconciliation_id}": OPERATOR,
    "GET /v1/merchants/{merchant_id}/{mode}/webhook-endpoints": OPERATOR,
    "POST /v1/merchants/{merchant_id}/{mode}/webhook-endpoints": OPERATOR,
    "PUT /v1/merchants/{merchant_id}/{mode}/webhook-endpoints/{endpoint_id}": OPERATOR,
    "POST /v1/merchants/{merchant_id}/{mode}/webhook-endpoints/{endpoint_id}/rotate-secret": OPERATOR,
    "POST /v1/merchants/{merchant_id}/{mode}/webhook-endpoints/{endpoint_id}/test": OPERATOR,
    "GET /v1/merchants/{merchant_id}/{mode}/deliveries": OPERATOR,
    "GET /v1/merchants/{merchant_id}/{mode}/deliveries/{delivery_id}": OPERATOR,
    "POST /v1/merchants/{merchant_id}/{mode}/deliveries/{delivery_id}/replay": OPERATOR,
    "POST /v1/merchant/voucher-verifications": TILL | TEST_TILL,
    "POST /v1/merchant/voucher-redemptions": TILL | TEST_TILL,
    "POST /v1/merchant/authorizations": TILL | TEST_TILL,
    "GET /v1/merchant/voucher-redemptions": TILL | TEST_TILL,
    "GET /v1/merchant/voucher-redemptions/{redemption_id}": TILL,
    "POST /v1/merchant/voucher-redemptions/{redemption_id}/undo": TILL,
    "GET /v1/merchant/authorizations": TILL | TEST_TILL,
    "GET /v1/merchant/authorizations/{payment_id}": TILL,
    "POST /v1/merchant/authorizations/{payment_id}/capture": TILL,
    "POST /v1/merchant/authorizations/{payment_id}/void": TILL,
    "POST /v1/merchant/refunds": TILL,
    "GET /v1/merchant/refunds": TILL | TEST_TILL,
    "GET /v1/merchant/refunds/{refund_id}": TILL,
    "GET /v1/merchant/transactions": TILL | TEST_TILL,
    "GET /v1/merchant/settlements": TILL | TEST_TILL,
    "GET /v1/merchant/settlements/{period}": TILL | TEST_TILL,
    "GET /v1/merchant/shops": TILL | TEST_TILL,
    "POST /v1/merchant/reconciliations": TILL | TEST_TILL,
    "GET /v1/merchant/reconciliations": TILL | TEST_TILL,
    "GET /v1/merchant/reconciliations/{reconciliation_id}": TILL,
    "POST /v1/merchant/test-vouchers": TEST_TILL,
    "POST /v1/merchant/test-paycodes": TEST_TILL,
    "GET /v1/merchant/events": TILL | TEST_TILL,
    "PUT /v1/merchant/webhook-endpoints/{endpoint_id}": TILL,
    "GET /v1/merchant/deliveries/{delivery_id}": TILL,
    "GET /v1/merchant/webhook-endpoints": TILL | TEST_TILL,
    "POST /v1/merchant/webhook-endpoints": TILL | TEST_TILL,
    "POST /v1/merchant/webhook-endpoints/{endpoint_id}/rotate-secret": TILL,
    "POST /v1/merchant/webhook-endpoints/{endpoint_id}/test": TILL,
    "GET /v1/merchant/deliveries": TILL | TEST_TILL,
    "POST /v1/merchant/deliveries/{delivery_id}/replay": TILL,
    # operations that end or delete something, after all others
    "POST /v1/orders/{order_id}/seen": OWNER,
    "POST /v1/orders/{order_id}/consent": OWNER,
    "POST /v1/orders/{order_id}/refusal": OWNER,
    "POST /v1/orders/{order_id}/cancel": OWNER,
    "POST /v1/suspensions": GROUP,
    "POST /v1/suspensions/{suspension_id}/lift": GROUP,
    "PUT /v1/communities/{community_id}/settings": COMMITTEE,
    "POST /v1/appointments/{appointment_id}/end": COMMITTEE,
    "DELETE /v1/merchants/{merchant_id}/keys/{key_id}": COMMITTEE | OPERATOR,
    "DELETE /v1/merchant/webhook-endpoints/{endpoint_id}": TILL,
    "DELETE /v1/merchants/{merchant_id}/{mode}/webhook-endpoints/{endpoint_id}": NOBODY,  # the till has removed it
    "POST /v1/residents/{other_id}/sign-in-reset": COMMITTEE,
    "DELETE /v1/residents/{other_id}": COMMITTEE,
    "DELETE /v1/sessions/current": PERSONS,
}

FORMS: dict[str, Json] = {
    "POST /v1/activities/{activity_id}/checkins": {"person_id": "{resident}"},
    "POST /v1/activities/{activity_id}/checkouts": {"person_id": "{resident}"},
    "POST /v1/communities": {
        "name": "某社区",
        "committee": {"name": "某", "phone": "{new_phone}", "password": "12345678"},
    },
    "POST /v1/appointments": {"person_id": "{other}"},
    "POST /v1/residents (into a household)": {"household_id": "{household}", "tenure": "tenant"},
    "POST /v1/claims (for another)": {"person_id": "{resident}", "item": "council", "happened_at": "{recent}"},
    "POST /v1/orders (for another)": {"person_id": "{resident}"},
    "POST /v1/merchant/authorizations": {"paycode": "000000000000000000", "merchant_reference": "T9"},
    "POST /v1/merchant/refunds": {"authorization_id": "{payment}", "merchant_reference": "R9"},
    "POST /v1/households/{household_id}/merge": {"into_household_id": "{neighbour_household}", "on": "2000-01-01"},
    "POST /v1/households/{household_id}/split": {"resident_ids": ["{resident}"]},
    "POST /v1/households/{household_id}/cards/current/activation": {"issued_at": "2000-01-01T00:00:00Z"},
    "POST /v1/residents/{resident_id}/moves": {"to": {"left_community": True}, "on": "2000-01-01"},
    "POST /v1/rewards/{reward_id}/codes": {"codes": ["ABCD-1234"]},
    "POST /v1/me/binding": {"invite_code": "ABCDEFGHJK"},
    "POST /v1/acts": {"item": "council", "person_ids": ["{resident}"], "happened_at": "{recent}"},
    "POST /v1/honours": {"name": "平安家庭", "criteria": {}},
    "POST /v1/honours/{honour_id}/decisions": {"outcome": "declined", "subject_id": "{household}"},
    "POST /v1/merchant/priority-checks": {"code": "000000000000000000"},
    "PUT /v1/merchant/webhook-endpoints/{endpoint_id}": {"url": "https://example.com/hook"},
    "POST /v1/merchant/webhook-endpoints": {"url": "https://example.com/another"},
    "PUT /v1/merchants/{merchant_id}/{mode}/webhook-endpoints/{endpoint_id}": {"url": "https://example.com/hook"},
    "POST /v1/merchants/{merchant_id}/{mode}/webhook-endpoints": {"url": "https://example.com/a-third"},
    "POST /v1/sessions": {"wechat_code": "fake-somebody"},
    "PUT /v1/checklist": CHECKLIST,
    "PUT /v1/rewards/{reward_id}": {"kind": "goods", "name": "大米", "points": 10, "stock": 10},
    "POST /v1/rewards": {"kind": "goods", "name": "香皂", "points": 5, "stock": 10},
}
"""Fields without which a form is refused before its sender's permission is checked."""
QUERIES: dict[str, Json] = {"GET /v1/payments (of another)": {"account_id": "{household}"}}
PREPARATIONS = dict.fromkeys(
    (
        "DELETE /v1/households/{household_id}/cards/current",
        "POST /v1/households/{household_id}/cards/current/activation",
    ),
    "POST /v1/households/{household_id}/cards",
)
"""Operations that the committee repeats before each caller, because an allowed caller may undo them."""
