"""The registry's domain objects as replies of `contracts.calls.registry`, and days of forms, one module a subject."""

from services.registry.schemas.communities import (
    chosen_settings,
    community,
    public_community,
    settings,
)
from services.registry.schemas.days import (
    day_of_form,
    instant,
    iso_day,
    parse_day,
)
from services.registry.schemas.own_data import (
    consents,
    erasure_request,
)
from services.registry.schemas.places import (
    card,
    courtyard,
    household,
    household_in_full,
    printed_card,
)
from services.registry.schemas.proposals import (
    appointment,
    erasure_answer,
    proposal,
    proposed_appointment,
    requested_reset,
    reset_answer,
)
from services.registry.schemas.public_labels import (
    public_label,
    publicity_report,
)
from services.registry.schemas.residents import (
    resident,
    resident_in_full,
)
from services.registry.schemas.rosters import (
    flaw_pointers,
    roster_report,
    roster_upload,
)
from services.registry.schemas.sessions import (
    binding,
    me,
    open_session,
    own_session,
    sign_in_change,
    waiting_binding,
)
from services.registry.schemas.spending_waits import spending_waits

__all__ = [
    "appointment",
    "binding",
    "card",
    "chosen_settings",
    "community",
    "consents",
    "courtyard",
    "day_of_form",
    "erasure_answer",
    "erasure_request",
    "flaw_pointers",
    "household",
    "household_in_full",
    "instant",
    "iso_day",
    "me",
    "open_session",
    "own_session",
    "parse_day",
    "printed_card",
    "proposal",
    "proposed_appointment",
    "public_community",
    "public_label",
    "publicity_report",
    "requested_reset",
    "reset_answer",
    "resident",
    "resident_in_full",
    "roster_report",
    "roster_upload",
    "settings",
    "sign_in_change",
    "spending_waits",
    "waiting_binding",
]
