"""Erasure of personal data: the registry's event, its repetition, and the files to be deleted."""

from contracts.calls import claims as calls
from contracts.registry import ResidentErased
from messaging import command, query, receive, tick
from services.claims.store import ClaimsTransaction
from services.claims.use_cases import erasure as use_cases


class ErasureCalls:
    @receive(ResidentErased)
    def forget_person(self, tx: ClaimsTransaction, event: ResidentErased) -> None:
        use_cases.erase_resident(tx, event)

    @tick(seconds=30)
    def forget_again(self, tx: ClaimsTransaction) -> None:
        use_cases.repeat_erasures(tx)

    @query
    def files_to_delete(self, tx: ClaimsTransaction) -> list[calls.EvidenceKey]:
        return tx.erasures.files_due(tx.now)

    @command
    def files_deleted(self, tx: ClaimsTransaction, *, files: list[calls.EvidenceKey]) -> None:
        tx.erasures.mark_files_deleted(files, tx.now)
