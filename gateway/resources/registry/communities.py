"""Communities and their settings (R1)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask.views import MethodView

from contracts.calendar import day_of, first_day, next_period, period_of
from contracts.calls.registry.communities import (
    ChosenSettings,
    CommitteePerson,
    Community,
    FoundedCommunity,
    PublicCommunity,
    Settings,
)
from contracts.paging import PageQuery
from gateway import pdf
from gateway.blueprint import Blueprint
from gateway.http.public_cache import publicly_cached
from gateway.paging import page, page_schema
from gateway.person_names import find_names
from gateway.schemas.registry.communities import CommunityForm, PublicityQuery, PublicityReport
from gateway.security import passwords
from gateway.security.auth import actor, signed_in
from gateway.services import registry, review

blp = Blueprint("communities", __name__, description="Communities and their settings")

_COMMUNITIES = page_schema(Community)


@blp.route("/v1/communities")
class Communities(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, _COMMUNITIES)
    def get(self, query: PageQuery) -> Any:
        """The caller's own community; all of them for platform administrators."""
        return page(registry.list_communities(actor=actor(), **query))

    @signed_in
    @blp.arguments(CommunityForm)
    @blp.response(201, FoundedCommunity)
    def post(self, form: CommunityForm) -> FoundedCommunity:
        """Found a community with the first person of its committee (platform)."""
        committee = passwords.replace_with_hash(form["committee"], CommitteePerson)
        return registry.found_community(
            actor=actor(), name=form["name"], district=form["district"], committee=committee
        )


@blp.route("/v1/directory")
class Directory(MethodView):
    @publicly_cached(seconds=60)
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, _COMMUNITIES)
    def get(self, query: PageQuery) -> Any:
        """The communities of this platform by name, in the order they were founded (public)."""
        return page(registry.list_public_communities(**query))


@blp.route("/v1/communities/<community_id>")
class OneCommunity(MethodView):
    @blp.response(200, PublicCommunity)
    def get(self, community_id: str) -> PublicCommunity:
        """A community by name, with its exceptions from the rule of incompatible offices (public)."""
        return registry.get_community(community_id=community_id)


@blp.route("/v1/communities/<community_id>/settings")
class CommunitySettings(MethodView):
    @signed_in
    @blp.response(200, Settings)
    def get(self, community_id: str) -> Settings:
        """The policy, with the default where nothing was chosen (committee)."""
        return registry.get_settings(actor=actor(), community_id=community_id)

    @signed_in
    @blp.arguments(Settings)
    @blp.response(200, ChosenSettings)
    def put(self, form: Settings, community_id: str) -> ChosenSettings:
        """Choose the policy as a whole; what is left out takes its default (committee).

        A change that loosens a guard waits for the branch's approval, and takes effect some days after it.
        """
        return registry.put_settings(actor=actor(), community_id=community_id, settings=form)


@blp.route("/v1/communities/<community_id>/publicity-report")
class Publicity(MethodView):
    @signed_in
    @blp.arguments(PublicityQuery, location="query")
    @blp.response(200, PublicityReport)
    def get(self, query: PublicityQuery, community_id: str) -> Any:
        """How many residents each line of a month would fit under every choice of `public_place` (group, committee).

        `unprintable_names` are people whose name cannot be printed with the fonts that are installed.
        """
        who, period = actor(), query["period"]
        if period is None:
            months = review.list_periods(actor=who, limit=1)["data"]
            period = months[0]["period"] if months else period_of(_today())
        lines = review.list_lines_of_people(actor=who, period=period)
        day = min(first_day(next_period(period)) - timedelta(days=1), _today()).isoformat()
        report = registry.publicity_report(actor=who, community_id=community_id, lines=lines, day=day)
        unprintable = _unprintable_names({line["person_id"] for line in lines})
        return {"period": period, "unprintable_names": unprintable, **report}


def _unprintable_names(people: set[str | None]) -> list[dict[str, Any]]:
    """Return the people whose name has characters that no installed font can print, with those characters."""
    names = find_names({person for person in people if person}, masked=False)
    characters = {person: pdf.unprintable_characters(name) for person, name in names.items() if name}
    return [
        {"person_id": person, "person_name": names[person], "characters": missing}
        for person, missing in sorted(characters.items(), key=lambda each: str(each[0]))
        if missing
    ]


def _today() -> date:
    return day_of(datetime.now(UTC))
