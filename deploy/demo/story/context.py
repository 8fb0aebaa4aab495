"""The context of the story's steps: its state, and helpers to declare, review and check."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from deploy.demo.api_client import ApiClient, ApiError, retry_until_known, wait_for
from deploy.demo.console_report import ConsoleReport
from deploy.demo.ordinary_month import instant
from deploy.demo.state import DemoState

Json = dict[str, Any]


@dataclass
class Story:
    """State that one step leaves for the next."""

    demo: DemoState
    report: ConsoleReport
    tenant: ApiClient = field(init=False)
    """The tenant of row 3 who redeems points for rice."""
    photo: bytes = b""
    points_earned: int = 0
    disputed_claim_id: str = ""
    awards: int = 0
    publication: Json = field(default_factory=dict)
    points_spent: int = 0

    def check(self, statement: str, holds: bool, seen: Any = None) -> None:
        self.report.check(statement, holds, seen)

    def check_refused(self, statement: str, code: str, attempt: Callable[[], Any]) -> None:
        """Check that `attempt` is refused with the error `code`."""
        try:
            seen: Any = attempt()
        except ApiError as error:
            self.check(f"{statement}（{error.status} {error.code}）", error.code == code, error.problem)
        else:
            self.check(statement, False, seen)

    def declare(self, by: ApiClient, item: str, day: int, **more: Any) -> Json:
        """Declare a claim for a deed on that day of the month, and return the claim."""
        form = {
            "item": item,
            "happened_at": instant(self.demo, day, hour=9),
            "place": "莲花新区散户区",
            "cause": f"{self.demo.period} 第 {day} 天",
            **more,
        }
        claim: Json = retry_until_known(lambda: by.post("/v1/claims", form))
        return claim

    def waiting_review(self, judge: ApiClient, claim: str, stage: str = "first") -> Json | None:
        """Return the review of a claim if it waits for this judge."""
        waiting = judge.all("/v1/reviews", stage=stage)
        return next((review for review in waiting if review["source_id"] == claim), None)

    def judge(self, judge: ApiClient, claim: str, decision: str, reason: str = "") -> Json:
        """Wait for the review of a claim, decide it, and return it as it was before."""
        review = wait_for("the review", lambda: self.waiting_review(judge, claim))
        judge.post(f"/v1/reviews/{review['id']}/decision", {"decision": decision, "reason": reason})
        return review

    def passbook(self, of: ApiClient) -> Json:
        """Return the passbook of the household of a client."""
        household = of.get("/v1/me")["household"]["id"]
        passbook: Json = of.get(f"/v1/passbooks/{household}")
        return passbook
