"""Recording by which proof households know of announcements, and reading who does (R36)."""

from collections.abc import Mapping, Sequence

from contracts import cards, errors
from directory.permissions import RECORD_REACH
from services.publicity.domain.announcements import Announcement
from services.publicity.domain.inbox import InboxItem
from services.publicity.domain.reach import Posting, Proof, Reach, ReachProof
from services.publicity.store import PublicityScope


def open_item(scope: PublicityScope, item: InboxItem) -> None:
    """Note that the caller has opened an item; that proves that their household knows of an announcement."""
    if item.opened_at is None:
        _prove_by_inbox(scope, item, "opened")
    item.open(scope.now)


def acknowledge_item(scope: PublicityScope, item: InboxItem) -> None:
    """Note that the caller has taken note of an item, which proves it too."""
    open_item(scope, item)
    if item.acknowledged_at is None:
        _prove_by_inbox(scope, item, "acknowledged")
    item.acknowledge(scope.now)


def get_readable(scope: PublicityScope, announcement_id: str) -> tuple[Announcement, frozenset[str] | None]:
    """Return a sent announcement, and the courtyards whose reach the caller may read, None for all. Raises `NotFound`.

    One that was withdrawn keeps its proofs, and may be read.
    """
    courtyards = scope.courtyards_for(RECORD_REACH)
    found = scope.announcements.find(announcement_id)
    is_sent = found is not None and found.sent_at is not None
    if found is None or not is_sent or not _may_read(scope, announcement_id, courtyards):
        raise errors.NotFound("没有这条公告，或尚未发送")
    return found, courtyards


def record_visits(
    scope: PublicityScope, announcement_id: str, proof: Proof, household_ids: Sequence[str], card_codes: Sequence[str]
) -> Mapping[str, str]:
    """Store a proof for each household, all or none; return the households with their courtyards."""
    found, courtyards = _get_recordable(scope, announcement_id)
    by_card = proof == "card_scanned"
    if (by_card and household_ids) or (not by_card and card_codes):
        pointer = "/household_ids" if by_card else "/card_codes"
        raise errors.Invalid(errors=[{"pointer": pointer, "detail": "扫卡填 card_codes，其他方式填 household_ids"}])
    named = _households_of_cards(scope, card_codes) if by_card else list(household_ids)
    field = "card_codes" if by_card else "household_ids"
    if not named:
        raise errors.Invalid(errors=[{"pointer": f"/{field}", "detail": "至少 1 项"}])
    audience = scope.reach.audience(found.id, courtyards, [each for each in named if each])
    wrong = [
        {"pointer": f"/{field}/{position}", "detail": "不在这条公告的范围内，或不由您负责"}
        for position, household in enumerate(named)
        if household not in audience
    ]
    if wrong:
        raise errors.Invalid("有的户不能登记", wrong)
    scope.reach.add_proofs(
        ReachProof(scope.community, found.id, household, proof, scope.person, scope.now) for household in audience
    )
    return audience


def record_posting(scope: PublicityScope, announcement_id: str, channel: str, place: str, photo: str) -> Posting:
    """Store where an announcement was put up."""
    found, _courtyards = _get_recordable(scope, announcement_id)
    posting = Posting.of(scope.community, found.id, channel, place, photo, scope.person, scope.now)
    scope.postings.add(posting)
    return posting


def require_posting(scope: PublicityScope, announcement_id: str) -> None:
    """Raise what `record_posting` would raise."""
    _get_recordable(scope, announcement_id)


def count(
    scope: PublicityScope, announcement: Announcement, courtyards: frozenset[str] | None
) -> tuple[Reach, dict[str, str], dict[str, list[str]]]:
    """Return the reach in these courtyards, the audience with its courtyards, and the kinds of proof by household."""
    audience = scope.reach.audience(announcement.id, courtyards)
    proofs = scope.reach.proofs_by_household(announcement.id)
    return Reach.of(audience, proofs, scope.policy.reach_target_percent), audience, proofs


def _get_recordable(scope: PublicityScope, announcement_id: str) -> tuple[Announcement, frozenset[str] | None]:
    found, courtyards = get_readable(scope, announcement_id)
    if found.state != "sent":
        raise errors.WrongState("公告已经撤回，不再登记")
    return found, courtyards


def _may_read(scope: PublicityScope, announcement_id: str, courtyards: frozenset[str] | None) -> bool:
    return courtyards is None or (bool(courtyards) and scope.announcements.is_sent_to(announcement_id, courtyards))


def _households_of_cards(scope: PublicityScope, codes: Sequence[str]) -> list[str]:
    """Return the household of each card code as typed or scanned; "" for one that is no valid card."""
    normal = [cards.normalize(code) for code in codes]
    digests = [cards.digest(code) if code else "" for code in normal]
    households = scope.reach.households_of_cards(digests)
    return [households.get(digest, "") for digest in digests]


def _prove_by_inbox(scope: PublicityScope, item: InboxItem, proof: Proof) -> None:
    if item.announcement and item.household:
        known = scope.reach.audience(item.announcement, None, [item.household])
        scope.reach.add_proofs(
            ReachProof(scope.community, item.announcement, household, proof, item.person, scope.now)
            for household in known
        )
