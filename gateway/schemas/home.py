"""The home screen of the mini-program: everything it shows, in one answer (R15, R23, R37)."""

from typing import Annotated, Literal, TypedDict

from contracts.calls.aggregation import Passbook
from contracts.calls.registry.sessions import Me
from contracts.schema import Doc
from gateway.schemas.claims.claims import Claim

WaitingKind = Literal[
    "claims_returned",
    "orders_to_consent",
    "orders_unseen",
    "vouchers_to_redeem",
    "first_reviews",
    "final_approvals",
    "objections",
    "corrections",
    "bindings_to_confirm",
    "consents_missing",
    "spending_waits",
    "spending_rulings",
    "cards_to_activate",
]


class Declared(TypedDict):
    claims: int
    points: Annotated[int, Doc("As declared, before any review")]


class HomePassbook(Passbook):
    """A passbook's figures, with what was declared for it and is not judged yet."""

    declared: Annotated[Declared | None, Doc("null for a passbook that is not the caller's household's today")]


class HomeRank(TypedDict):
    """The place of the caller's household on the board of all time."""

    rank: int | None
    points: int


class Waiting(TypedDict):
    """Something that waits for the caller; only kinds of which there is one or more are listed."""

    kind: WaitingKind
    count: Annotated[int, Doc("1,000 means as many or more")]
    path: Annotated[str, Doc("Where to read them", example="/v1/claims?status=returned")]


class HomeScreen(TypedDict):
    """Who I am, my passbooks and rank, what waits for me, and my claims that changed last."""

    me: Me
    passbooks: list[HomePassbook]
    rank: HomeRank | None
    waiting: list[Waiting]
    changed: Annotated[list[Claim], Doc("My claims that changed last, at most five")]
    unavailable: Annotated[
        list[Literal["passbooks", "rank", "claims", "reviews", "orders"]],
        Doc("What could not be read just now; ask again later"),
    ]
