"""One judge, one case or two thousand, one transaction (R12, R13)."""

from collections.abc import Iterable
from typing import Any

from contracts.errors import NotFound, Refusal
from messaging import Actor
from services.review.domain.reviews import Judgement, Review, Verdict
from services.review.store import ReviewTransaction


class Sitting:
    """A judge with the cases before him, locked until the transaction ends; `close` records what he decided."""

    def __init__(self, tx: ReviewTransaction, actor: Actor, review_ids: Iterable[str]) -> None:
        self._tx, self.records = tx, tx.records_for(actor)
        self._rules = self.records.rules()
        self._cases = self.records.docket.take(review_ids)
        self._judge = self.records.court.judge(actor.person, {case.day for case in self._cases.values()})
        self.records.court.summon(case.courtyard for case in self._cases.values())
        self._judgements: list[Judgement] = []
        self._judged: dict[str, Review] = {}

    def decide(self, review_id: str, verdict: Verdict) -> Review:
        """The case after his word on it; whatever is refused leaves the case as it was."""
        review = self._cases.get(review_id)
        if review is None or not self._judge.sees(review):
            raise NotFound("没有这条审核")
        bench = self.records.court.bench(review.courtyard, review.grid)
        self._judgements.append(review.decide(verdict, self._judge, bench, self._rules, self._tx.now))
        self._judged[review.id] = review
        return review

    def answer(self, review_id: str, verdict: Verdict) -> dict[str, Any]:
        """One answer of many: where the case stands now, or by `code` why his word was refused."""
        try:
            stage = self.decide(review_id, verdict).stage
        except Refusal as refusal:
            return {"review_id": review_id, "ok": False, "stage": None, "code": refusal.code, "detail": refusal.detail}
        return {"review_id": review_id, "ok": True, "stage": stage.value, "code": None, "detail": None}

    def close(self) -> None:
        """Keep the decisions and the entries, and tell of them."""
        self.records.docket.record(self._judgements, self._judged.values())
        self._tx.emit(*(judgement.event for judgement in self._judgements))
