"""Every blueprint the gateway serves: a new resource is added here, and only here."""

from gateway.blueprint import Blueprint
from gateway.resources import community_calendar, home
from gateway.resources.aggregation import blocks, boards, budgets, fairness, ledgers, passbooks, statements
from gateway.resources.claims import acts, claims, evidence, records, retention, rulebooks, suspensions
from gateway.resources.engagement import activities, attendance, courses, meetings, posts, surveys
from gateway.resources.exchange import (
    honours,
    merchants,
    operators,
    orders,
    payments,
    priorities,
    rewards,
    tills,
    webhooks,
)
from gateway.resources.inspection import inspections
from gateway.resources.publicity import announcements, inbox, reach
from gateway.resources.registry import (
    accounts,
    appointments,
    cards,
    communities,
    own_data,
    places,
    proposals,
    residents,
    rosters,
    sessions,
    spending_waits,
)
from gateway.resources.review import duties, objections, periods, publications, reviews

BLUEPRINTS: list[Blueprint] = [
    accounts.blp,
    activities.blp,
    acts.blp,
    attendance.blp,
    announcements.blp,
    appointments.blp,
    blocks.blp,
    boards.blp,
    budgets.blp,
    cards.blp,
    claims.blp,
    communities.blp,
    courses.blp,
    community_calendar.blp,
    duties.blp,
    evidence.blp,
    fairness.blp,
    home.blp,
    honours.blp,
    inbox.blp,
    inspections.blp,
    ledgers.blp,
    meetings.blp,
    merchants.blp,
    objections.blp,
    operators.blp,
    orders.blp,
    own_data.blp,
    passbooks.blp,
    payments.blp,
    periods.blp,
    places.blp,
    priorities.blp,
    posts.blp,
    proposals.blp,
    publications.blp,
    reach.blp,
    records.blp,
    residents.blp,
    retention.blp,
    reviews.blp,
    rewards.blp,
    rosters.blp,
    rulebooks.blp,
    sessions.blp,
    spending_waits.blp,
    surveys.blp,
    suspensions.blp,
    statements.blp,
    tills.blp,
    webhooks.blp,
]
