"""Reach and postings as replies."""

from collections import Counter
from collections.abc import Mapping, Sequence

from contracts.calls import publicity as calls
from services.publicity.domain.reach import PROOFS, Posting, Reach, ReachProof


def reach_report(
    announcement_id: str,
    reach: Reach,
    audience: Mapping[str, str],
    proofs: Mapping[str, Sequence[str]],
    numbers: Mapping[str, int],
) -> calls.ReachReport:
    by_proof = Counter(proof for household in audience for proof in proofs.get(household, ()))
    sent_to = Counter(audience.values())
    reached = Counter(courtyard for household, courtyard in audience.items() if proofs.get(household))
    return {
        "announcement_id": announcement_id,
        "households": reach.households,
        "reached": reach.reached,
        "percent": reach.percent,
        "target_percent": reach.target_percent,
        "still_to_reach": reach.still_to_reach,
        "proofs": [{"proof": each, "households": by_proof[each]} for each in PROOFS],
        "courtyards": [
            {
                "courtyard_id": each,
                "courtyard_number": numbers.get(each),
                "households": sent_to[each],
                "reached": reached[each],
            }
            for each in sorted(sent_to, key=lambda courtyard: (numbers.get(courtyard, 0), courtyard))
        ],
    }


def household_reach(
    courtyard: str, number: int | None, household: str, person: str | None, proofs: Sequence[ReachProof]
) -> calls.HouseholdReach:
    return {
        "household_id": household,
        "courtyard_id": courtyard,
        "courtyard_number": number,
        "person_id": person,
        "proofs": [{"proof": each.proof, "by_id": each.by, "at": each.at.isoformat()} for each in proofs],
    }


def posting(found: Posting) -> calls.Posting:
    return {
        "id": found.id,
        "announcement_id": found.announcement,
        "channel": found.channel,  # type: ignore[typeddict-item]
        "place": found.place,
        "posted_by_id": found.posted_by,
        "posted_at": found.posted_at.isoformat(),
        "sha256": found.photo,
    }
