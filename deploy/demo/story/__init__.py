"""The story of one month in twelve steps. Each says what it did and what that proves, or stops it."""

from deploy.demo import ordinary
from deploy.demo.cast import Cast
from deploy.demo.narrator import Narrator
from deploy.demo.story import judging, month, spending
from deploy.demo.story.telling import Story


def play(cast: Cast, narrator: Narrator) -> None:
    """The whole story, in its order; `StoryBroken` where it does not hold."""
    story = Story(cast, narrator)
    judging.a_tenant_declares_and_the_head_endorses(story)
    judging.the_head_s_own_deed_goes_one_level_up(story)
    judging.a_cropped_repeat_of_the_photo_is_flagged(story)
    judging.others_do_what_the_story_needs_later(story)
    ordinary.live(cast, narrator)
    ordinary.endorse(cast, narrator)
    month.the_inspection_ends_with_a_tie(story)
    month.the_list_is_published_and_points_are_pending(story)
    month.an_objection_freezes_one_entry_and_is_upheld(story)
    month.the_month_settles(story)
    spending.a_tenant_moves_and_the_balance_follows(story)
    spending.rice_is_honoured_once(story)
    spending.somebody_without_a_phone_redeems(story)
    spending.an_order_beyond_the_balance_is_refused(story)
    spending.the_merchant_is_owed_what_the_ledger_says(story)
