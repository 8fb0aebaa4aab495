"""What the public sees of people."""

from collections.abc import Sequence
from datetime import date

from contracts.calls.registry.public_labels import PublicityReport, PublicLabel
from contracts.policy import PublicView
from services.registry.domain.public_labels import Label, Outcome, Population


def public_label(found: Label) -> PublicLabel:
    """Return what the public sees of a person (R14)."""
    place = found.place
    return {
        "name": found.name,
        "place": found.shown,
        "row": place.row if place else None,
        "courtyard_id": place.courtyard if place and found.shown == "courtyard" else None,
        "courtyard_number": place.number if place and found.shown == "courtyard" else None,
    }


def publicity_report(
    population: Population, outcomes: Sequence[Outcome], chosen: PublicView, day: date
) -> PublicityReport:
    """Return what the lines of a month reveal under each choice of settings (R14)."""
    return {
        "lines": outcomes[0].lines.total(),
        "residents": population.residents,
        "masked": chosen.masked,
        "day": day.isoformat(),
        "options": [
            {
                "public_place": each.view.place,
                "public_min_residents": each.view.min_residents,
                "fits_one": each.fits_one,
                "fewest": each.fewest,
                "with_courtyard": each.lines["courtyard"],
                "with_row": each.lines["row"],
                "with_name": each.lines["none"],
                "without_name": each.lines["anonymous"],
                "chosen": each.view == chosen,
            }
            for each in outcomes
        ],
    }
