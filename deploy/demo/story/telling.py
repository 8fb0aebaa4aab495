"""What the steps share: who the story is about, how a deed is declared and judged, and what must be refused."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from deploy.demo.cast import Cast
from deploy.demo.narrator import Narrator
from deploy.demo.ordinary import moment
from deploy.demo.visitors import Refused, Visitor, once_told, until

Answer = dict[str, Any]


@dataclass
class Story:
    """What one step leaves for the next."""

    cast: Cast
    narrator: Narrator
    tenant: Visitor = field(init=False)
    """Of row 3, who saves up for rice."""
    photo: bytes = b""
    saved: int = 0
    doubted_claim: str = ""
    awards: int = 0
    publication: Answer = field(default_factory=dict)
    spent: int = 0

    def prove(self, claim: str, holds: bool, seen: Any = None) -> None:
        self.narrator.prove(claim, holds, seen)

    def prove_refused(self, claim: str, code: str, attempt: Callable[[], Any]) -> None:
        """Prove that `attempt` is refused with `code`."""
        try:
            seen: Any = attempt()
        except Refused as refused:
            self.prove(f"{claim}（{refused.status} {refused.code}）", refused.code == code, refused.problem)
        else:
            self.prove(claim, False, seen)

    def declare(self, by: Visitor, item: str, day: int, **more: Any) -> Answer:
        """`by` declares a deed of that day of the month."""
        form = {
            "item": item,
            "happened_at": moment(self.cast, day, hour=9),
            "place": "莲花新区散户区",
            "cause": f"{self.cast.period} 第 {day} 天",
            **more,
        }
        claim: Answer = once_told(lambda: by.post("/v1/claims", form))
        return claim

    def on_desk(self, judge: Visitor, claim: str, stage: str = "first") -> Answer | None:
        """The review of `claim` if it waits for this judge."""
        waiting = judge.all("/v1/reviews", stage=stage)
        return next((review for review in waiting if review["source_id"] == claim), None)

    def judge(self, judge: Visitor, claim: str, decision: str, reason: str = "") -> Answer:
        """Decide on a claim once it has reached the judge's desk; the review as it was before."""
        review = until("the review", lambda: self.on_desk(judge, claim))
        judge.post(f"/v1/reviews/{review['id']}/decision", {"decision": decision, "reason": reason})
        return review

    def book(self, of: Visitor) -> Answer:
        """The passbook of the visitor's household."""
        household = of.get("/v1/me")["household"]["id"]
        passbook: Answer = of.get(f"/v1/passbooks/{household}")
        return passbook
