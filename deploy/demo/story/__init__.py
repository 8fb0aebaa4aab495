"""The story of one month in fourteen steps. Each prints what it did and checks the result."""

from deploy.demo import ordinary_month
from deploy.demo.console_report import ConsoleReport
from deploy.demo.state import DemoState
from deploy.demo.story import judging, month, spending, together
from deploy.demo.story.context import Story


def play(demo: DemoState, report: ConsoleReport) -> None:
    """Run all steps in order; raise StoryFailed if a check fails."""
    story = Story(demo, report)
    judging.a_tenant_declares_and_the_head_endorses(story)
    judging.the_heads_own_claim_goes_to_the_grid_officer(story)
    judging.a_cropped_copy_of_the_photo_is_flagged(story)
    judging.claims_for_later_steps(story)
    ordinary_month.declare_deeds(demo, report)
    ordinary_month.review_claims(demo, report)
    month.the_inspection_ends_with_a_tie(story)
    month.the_list_is_published_and_points_are_pending(story)
    month.an_objection_freezes_one_entry_and_is_upheld(story)
    month.the_month_settles(story)
    spending.a_tenant_moves_and_the_balance_follows(story)
    spending.rice_is_redeemed_once(story)
    spending.a_resident_without_a_phone_redeems(story)
    spending.an_order_beyond_the_balance_is_refused(story)
    spending.the_settlement_equals_the_ledger(story)
    together.a_full_activity_gives_a_free_place_to_who_waits(story)
    together.a_suggestion_is_adopted_and_done(story)
    ordinary_month.leave_claims(demo, report)
