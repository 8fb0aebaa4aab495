"""Corrections of final entries, proposed by one person and confirmed by another (R16)."""

from typing import Annotated, Literal, NotRequired, Protocol, TypedDict, get_args

from contracts import fields
from contracts.paging import ChangesQuery
from contracts.rpc import Caller, CountedPage, command, query
from contracts.schema import Doc, Instant


class Correction(TypedDict):
    """A difference to an entry; the entry itself does not change."""

    id: str
    entry_id: str
    points: Annotated[int, Doc("What it changes")]
    corrected_to: Annotated[int, Doc("What the entry is worth with it")]
    reason: str
    objection_id: str | None
    at: Instant


ProposalState = Literal["open", "confirmed", "refused"]


class ProposedCorrection(Correction):
    """A correction that changes the entry only when another person has confirmed it."""

    state: ProposalState
    proposed_by_id: str
    decided_by_id: str | None
    decided_at: Instant | None
    changed_at: Annotated[Instant, Doc("When it was proposed or decided")]
    decision_reason: Annotated[str, Doc("Why it was refused")]


class CorrectionQuery(ChangesQuery):
    state: NotRequired[
        Annotated[
            list[ProposalState],
            fields.Several(*get_args(ProposalState)),
            Doc("Only proposals in one of these states, separated by commas", example=["open", "refused"]),
        ]
    ]


class CorrectionRefusalForm(TypedDict):
    reason: Annotated[str, fields.Text(500, example="签到表没有差错")]


class CorrectionForm(TypedDict):
    entry_id: Annotated[str, fields.Id("ent")]
    points: Annotated[
        int,
        fields.Count(-100_000, 100_000),
        Doc("What the entry should be worth, within `adjustment_bound` times the score"),
    ]
    reason: Annotated[str, fields.Text(500, example="复核签到表")]


class CorrectionsApi(Protocol):
    """Calls about corrections."""

    @command
    def propose_correction(self, *, actor: Caller, entry_id: str, points: int, reason: str) -> ProposedCorrection:
        """Propose to correct a final entry; it changes when another person has confirmed it (R16).

        Raises NotFound, RoleMissing, NotFinal, Recused, ReasonRequired, Invalid, WrongState.
        """

    @query
    def list_corrections(
        self,
        *,
        actor: Caller,
        state: list[ProposalState] | ProposalState | None = None,
        changed_since: str | None = None,
        totals: bool = False,
        limit: int = 20,
        cursor: str | None = None,
    ) -> CountedPage[ProposedCorrection]:
        """Return proposed corrections, newest first. Raises RoleMissing."""

    @command
    def confirm_correction(self, *, actor: Caller, correction_id: str) -> ProposedCorrection:
        """Confirm a correction that somebody else proposed: a new entry adds the difference (R16).

        Raises NotFound, RoleMissing, AlreadyDecided, Recused, Invalid.
        """

    @command
    def refuse_correction(self, *, actor: Caller, correction_id: str, reason: str) -> ProposedCorrection:
        """Refuse a correction that somebody else proposed.

        Raises NotFound, RoleMissing, AlreadyDecided, Recused, ReasonRequired.
        """
