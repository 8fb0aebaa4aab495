"""Decisions of a second person on what somebody else proposed: sent alike from every page that lists proposals."""

from typing import Any

from web.desk import platform
from web.desk.forms import Form

_CALL_OF_BUTTON = {"approve": "approval", "confirm": "confirmation"}


def send_decision(path: str, proposal_id: str) -> tuple[Form, dict[str, Any] | None]:
    """Send the decision that was chosen on a page, and return the form and the decided proposal, if it was accepted.

    `path` is the proposal's address of the API; the buttons are named `decision`, a refusal's reason `reason.{id}`.
    """
    form, reason = Form.of_request(), f"reason.{proposal_id}"
    decided: dict[str, Any] | None = None
    if form.is_sent:
        call = _CALL_OF_BUTTON.get(form.text("decision"))
        with form.sending({"/reason": reason}):
            if call:
                decided = platform.post(f"{path}/{call}", key=form.key)
            else:
                decided = platform.post(f"{path}/refusal", {"reason": form.text(reason)}, key=form.key)
    return form, decided if form.is_accepted else None
