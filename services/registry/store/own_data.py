"""Consents and requests for erasure of one community's people."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contracts.errors import AlreadyExists, NotFound
from services.registry.domain.consents import Consent
from services.registry.domain.erasure_requests import ErasureRequest, State
from services.registry.store.tables import consents, erasure_requests


class ConsentRepository:
    """Loads and stores consents of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, consent: Consent) -> None:
        """Store a decision."""
        self._session.add(consent)
        self._session.flush()

    def latest(self, person: str) -> Sequence[Consent]:
        """Return a person's latest decision about each purpose."""
        rows = select(Consent).where(consents.c.community == self._community, consents.c.person == person)
        decided = self._session.scalars(rows.order_by(consents.c.purpose, consents.c.id))
        return list({consent.purpose: consent for consent in decided}.values())


class ErasureRequestRepository:
    """Loads and stores requests for erasure of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, request: ErasureRequest) -> None:
        """Store a request. Raises `AlreadyExists` when the person has an open one."""
        if self.open_of(request.person):
            raise AlreadyExists("您的注销申请正在处理中")
        self._session.add(request)
        self._session.flush()

    def get(self, request: str) -> ErasureRequest:
        """Return a request, locked. Raises `NotFound`."""
        found = self._session.get(ErasureRequest, (self._community, request), with_for_update=True)
        if found is None:
            raise NotFound("没有这个申请")
        return found

    def open_of(self, person: str) -> ErasureRequest | None:
        """Return a person's open request, locked, if there is one."""
        rows = select(ErasureRequest).where(
            erasure_requests.c.community == self._community,
            erasure_requests.c.person == person,
            erasure_requests.c.state == "open",
        )
        return self._session.scalar(rows.with_for_update())

    def list(
        self, limit: int, before: str | None, *, person: str | None = None, state: State | None = None
    ) -> Sequence[ErasureRequest]:
        """Return requests, newest first."""
        rows = select(ErasureRequest).where(erasure_requests.c.community == self._community)
        if person:
            rows = rows.where(erasure_requests.c.person == person)
        if state:
            rows = rows.where(erasure_requests.c.state == state)
        if before:
            rows = rows.where(erasure_requests.c.id < before)
        return self._session.scalars(rows.order_by(erasure_requests.c.id.desc()).limit(limit)).all()

    def erase_texts(self, person: str) -> None:
        """Empty what a person wrote and was answered."""
        theirs = (erasure_requests.c.community == self._community, erasure_requests.c.person == person)
        self._session.execute(update(erasure_requests).where(*theirs).values(reason="", answer=""))
