"""The invariants: a sentence each, and a check that finds violations by SQL or by the ledger's own commands.

The numbers are those of docs/invariants.md. 4, 5, 6, 11 and the crashes of 12 are checked by tests/faults.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from deploy.invariants.platform import Platform


@dataclass(frozen=True)
class Invariant:
    """A sentence that always holds, and the check that yields its violations."""

    number: int
    sentence: str
    violations: Callable[[Platform], Iterator[str]]


INVARIANTS: list[Invariant] = []

Check = Callable[[Platform], Iterator[str]]


def invariant(number: int, sentence: str) -> Callable[[Check], Check]:
    """Register a function as the check of an invariant."""

    def register(check: Check) -> Check:
        INVARIANTS.append(Invariant(number, sentence, check))
        return check

    return register


def _no_rows(service: str, number: int, sentence: str, query: str) -> None:
    """Register an invariant of one store: `query` selects its violations."""
    invariant(number, sentence)(lambda platform: (f"{service}: {tuple(row)}" for row in platform.rows(service, query)))


_no_rows(
    "aggregation",
    1,
    "Every transfer's entries sum to zero, and so does the ledger",
    """
    SELECT community, transfer, sum(amount) FROM entries GROUP BY 1, 2 HAVING sum(amount) <> 0
    UNION ALL
    SELECT community, 'ledger', sum(amount) FROM entries GROUP BY 1 HAVING sum(amount) <> 0
    """,
)
_no_rows(
    "aggregation",
    2,
    "A stored balance is the sum of its entries",
    """
    SELECT community, id, a.posted, coalesce(e.posted, 0)
      FROM accounts a
      LEFT JOIN (SELECT community, account AS id, sum(amount) AS posted FROM entries GROUP BY 1, 2) e
           USING (community, id)
     WHERE a.posted <> coalesce(e.posted, 0)
    """,
)
_no_rows(
    "aggregation",
    3,
    "Available points are posted points less open holds, and never negative",
    """
    SELECT community, id, a.posted, a.held, coalesce(h.held, 0)
      FROM accounts a
      LEFT JOIN (SELECT o.community, coalesce(b.merged_into, o.account) AS id, sum(o.points) AS held
                   FROM holds o LEFT JOIN accounts b ON b.community = o.community AND b.id = o.account
                  WHERE o.state = 'open' GROUP BY 1, 2) h USING (community, id)
     WHERE kind IN ('household', 'head') AND (a.held <> coalesce(h.held, 0) OR a.posted < a.held)
    """,
)
_no_rows(
    "exchange",
    7,
    "Stock sold and reserved never exceeds stock",
    """
    SELECT community, r.id, r.stock, r.sold, coalesce(o.sold, 0), r.reserved, coalesce(o.reserved, 0)
      FROM rewards r
      LEFT JOIN (SELECT community, reward AS id,
                        sum(quantity) FILTER (WHERE state IN ('redeemed', 'issued')) AS sold,
                        sum(quantity) FILTER (WHERE state IN ('placed', 'awaiting_consent', 'confirmed')) AS reserved
                   FROM orders WHERE mode = 'live' GROUP BY 1, 2) o USING (community, id)
     WHERE r.sold + r.reserved > r.stock OR r.sold <> coalesce(o.sold, 0) OR r.reserved <> coalesce(o.reserved, 0)
    """,
)
_no_rows(
    "aggregation",
    8,
    "A hold ends once",
    """
    SELECT community, id, state, captured, spent
      FROM holds JOIN (SELECT community, source AS id, count(*) AS times, -sum(points) AS spent
                         FROM transfers WHERE kind = 'capture' GROUP BY 1, 2) t USING (community, id)
     WHERE times > 1 OR state <> 'captured' OR captured <> spent
    """,
)
_no_rows(
    "aggregation",
    9,
    "Captures never exceed their hold, nor refunds the captures",
    "SELECT community, id, points, captured, refunded FROM holds WHERE captured > points OR refunded > captured",
)


@invariant(10, "Ledger and exchange agree about every hold")
def _holds_agree(platform: Platform) -> Iterator[str]:
    bank = {
        hold: (captured, refunded, state == "open")
        for hold, captured, refunded, state in platform.rows(
            "aggregation", "SELECT id, captured, refunded, state FROM holds WHERE state <> 'refused'"
        )
    }
    shop = {
        hold: (captured, refunded, is_open)
        for hold, captured, refunded, is_open in platform.rows(
            "exchange",
            """
            SELECT hold, CASE WHEN state IN ('redeemed', 'issued', 'undone') THEN points ELSE 0 END,
                   CASE WHEN state = 'undone' THEN points ELSE 0 END,
                   state IN ('placed', 'awaiting_consent', 'confirmed')
              FROM orders WHERE mode = 'live' AND state <> 'refused'
            UNION ALL
            SELECT hold, captured, refunded, state IN ('pending', 'authorized')
              FROM payments WHERE mode = 'live' AND state <> 'refused'
            """,
        )
    }
    for hold in sorted(bank.keys() | shop.keys()):
        if bank.get(hold, (0, 0, False)) != shop.get(hold, (0, 0, False)):
            yield f"{hold}: ledger {bank.get(hold)}, exchange {shop.get(hold)} (captured, refunded, open)"


@invariant(12, "What was committed has been published")
def _published(platform: Platform) -> Iterator[str]:
    for service, waiting in platform.unsent().items():
        if waiting:
            yield f"{service}: {waiting} events wait in the outbox"


@invariant(13, "Quiet means drained: queues empty, nothing unacknowledged, nothing parked")
def _drained(platform: Platform) -> Iterator[str]:
    for queue in platform.queues():
        if queue.get("messages", 0):
            unacknowledged = queue.get("messages_unacknowledged", 0)
            yield f"{queue['name']}: {queue['messages']} messages, {unacknowledged} unacknowledged"


_APPEND_ONLY = {"aggregation": ("transfers", "entries", "blocks", "leaves"), "exchange": ("settlement_lines",)}


@invariant(14, "Entries cannot be changed: the service's role may not, and the hash chain verifies")
def _append_only(platform: Platform) -> Iterator[str]:
    for service, tables in _APPEND_ONLY.items():
        for table in tables:
            for right in ("UPDATE", "DELETE", "TRUNCATE"):
                if platform.rows(service, f"SELECT has_table_privilege(current_user, '{table}', '{right}')")[0][0]:
                    yield f"{service}: its role may {right} {table}"
    yield from _failures(platform, "services.aggregation.verify")


_no_rows(
    "exchange",
    7,
    "A merchant's own codes are the stock of their reward, and each buyer has as many as they paid for",
    """
    SELECT community, id, wanted, coalesce(found, 0) FROM (
        SELECT community, id, stock AS wanted, 'pool' AS what FROM rewards WHERE gives = 'codes'
        UNION ALL SELECT community, id, CASE WHEN state = 'issued' THEN quantity ELSE 0 END, 'order'
          FROM orders WHERE gives = 'codes'
    ) promised LEFT JOIN (
        SELECT community, reward AS id, count(*) AS found, 'pool' AS what FROM reward_codes GROUP BY 1, 2
        UNION ALL SELECT community, "order", count(*), 'order' FROM reward_codes WHERE "order" IS NOT NULL GROUP BY 1, 2
    ) kept USING (community, id, what)
    WHERE wanted <> coalesce(found, 0)
    """,
)
_no_rows(
    "exchange",
    15,
    "A settlement is captures and redemptions less refunds, each counted once",
    """
    SELECT community, hold, owed, coalesce(settled, 0) FROM (
        SELECT community, id, hold, mode, CASE WHEN state = 'redeemed' THEN points ELSE 0 END AS owed FROM orders
         WHERE state IN ('redeemed', 'undone') AND merchant <> community
        UNION ALL SELECT community, id, hold, mode, captured - refunded FROM payments WHERE captured > 0
    ) spent LEFT JOIN (
        SELECT community, source AS id, sum(points) AS settled FROM settlement_lines GROUP BY 1, 2
    ) line USING (community, id)
    WHERE owed <> coalesce(settled, 0)
    """,
)


@invariant(16, "A final decision reaches the ledger exactly once: same points, same month, same people and place")
def _credited_once(platform: Platform) -> Iterator[str]:
    decided = _by_key(
        platform.rows(
            "review",
            """
            SELECT 'credit', id, period, points, person, household, courtyard FROM entries WHERE state = 'final'
            UNION ALL
            SELECT 'reversal', c.id, e.period, c.points, e.person, e.household, e.courtyard FROM corrections c
              JOIN entries e ON e.community = c.community AND e.id = c.entry WHERE e.state = 'final'
            """,
        )
    )
    credited = _by_key(
        platform.rows(
            "aggregation",
            """
            SELECT kind, source, period, points, person, household, courtyard FROM transfers
             WHERE kind IN ('credit', 'reversal')
            """,
        )
    )
    for key in sorted(decided.keys() | credited.keys()):
        if decided.get(key) != credited.get(key):
            yield f"{key}: decided {decided.get(key)}, credited {credited.get(key)}"


def _by_key(rows: list[Any]) -> dict[tuple[str, str], tuple[Any, ...]]:
    return {(kind, source): tuple(facts) for kind, source, *facts in rows}


@invariant(17, "A head's points are their courtyard's households' final points, by courtyard on the day of the act")
def _heads_points(platform: Platform) -> Iterator[str]:
    final = platform.rows(
        "review",
        """
        SELECT courtyard, sum(points + corrected)::bigint FROM entries
         WHERE state = 'final' AND book = 'household' GROUP BY 1 HAVING sum(points + corrected) <> 0
        """,
    )
    served = platform.rows(
        "aggregation",
        """
        SELECT subject, sum(points)::bigint FROM tallies
         WHERE subject_kind = 'courtyards' GROUP BY 1 HAVING sum(points) <> 0
        """,
    )
    recomputed, kept = (dict(rows) for rows in (final, served))
    for courtyard in sorted(recomputed.keys() | kept.keys()):
        if recomputed.get(courtyard, 0) != kept.get(courtyard, 0):
            yield f"{courtyard}: recomputed {recomputed.get(courtyard, 0)}, served {kept.get(courtyard, 0)}"


_no_rows(
    "review",
    18,
    "No one ever judged their own claim or their own household's",
    """
    SELECT 'decision', id, judge FROM decisions WHERE judge = ANY (interested)
    UNION ALL SELECT 'entry', id, approved_by FROM entries WHERE approved_by = ANY (interested)
    UNION ALL SELECT 'ruling', id, ruled_by FROM objections WHERE ruled_by = ANY (interested)
    UNION ALL SELECT 'correction', id, by FROM corrections WHERE by = ANY (interested)
    """,
)


@invariant(19, "Passbooks and boards rebuilt from the ledger equal those served")
def _rebuilt(platform: Platform) -> Iterator[str]:
    yield from _failures(platform, "services.aggregation.rebuild", "--check")


def _failures(platform: Platform, module: str, *arguments: str) -> Iterator[str]:
    """Yield the output of a command of aggregation on its store if it fails."""
    command = [sys.executable, "-m", module, *arguments, "--database-uri", platform.uris["aggregation"]]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        yield done.stdout or done.stderr


_no_rows(
    "aggregation",
    20,
    "What left a merged passbook arrived in the other, and it stays empty",
    """
    SELECT community, id, posted, held, 'not empty' FROM accounts
     WHERE merged_into IS NOT NULL AND (posted <> 0 OR held <> 0 OR arrears <> 0)
    UNION ALL
    SELECT a.community, a.id, 0, 0, 'refers to ' || a.merged_into FROM accounts a
      LEFT JOIN accounts b ON b.community = a.community AND b.id = a.merged_into AND b.merged_into IS NULL
     WHERE a.merged_into IS NOT NULL AND b.id IS NULL
    UNION ALL
    SELECT community, source, coalesce(c.points, 0), coalesce(m.points, 0), 'left and arrived'
      FROM (SELECT * FROM transfers WHERE kind = 'closing') c
      FULL JOIN (SELECT * FROM transfers WHERE kind = 'merge') m USING (community, source)
     WHERE coalesce(c.points, 0) <> -coalesce(m.points, 0)
    """,
)
_no_rows(
    "aggregation",
    21,
    "Points lapse by the community's rule alone, a passbook's once a day, and never more than it had",
    """
    SELECT t.community, t.id, t.points, e.amount FROM transfers t
      LEFT JOIN entries e ON e.community = t.community AND e.transfer = t.id AND e.account = 'expired'
     WHERE t.kind = 'expiry'
       AND (t.origin <> 'policy' OR t.points >= 0 OR t.source <> t.book || '@' || t.day
            OR e.amount IS DISTINCT FROM -t.points)
    """,
)
_no_rows(
    "engagement",
    22,
    "Places taken are those of parties with places, never more than there are, and nobody has two",
    """
    SELECT community, id, a.taken, coalesce(s.taken, 0), a.places
      FROM activities a
      LEFT JOIN (SELECT community, activity AS id, sum(jsonb_array_length(people)) AS taken
                   FROM signups WHERE state IN ('confirmed', 'offered') GROUP BY 1, 2) s USING (community, id)
     WHERE a.taken <> coalesce(s.taken, 0) OR a.taken > a.places
    UNION ALL
    SELECT community, id, a.active, b.seated, 0
      FROM (SELECT community, id, jsonb_array_length(people) AS active FROM signups
             WHERE state IN ('entered', 'confirmed', 'waiting', 'offered')) a
      FULL JOIN (SELECT community, signup AS id, count(*) AS seated FROM seats GROUP BY 1, 2) b USING (community, id)
     WHERE a.active IS DISTINCT FROM b.seated
    UNION ALL
    SELECT community, person, count(*), 0, 0
      FROM signups, jsonb_array_elements_text(people) AS person
     WHERE state IN ('entered', 'confirmed', 'waiting', 'offered')
     GROUP BY community, activity, person HAVING count(*) > 1
    """,
)


@invariant(22, "A draw replays to the same result")
def _draws_replay(platform: Platform) -> Iterator[str]:
    for activity, places, block, entries in platform.rows(
        "engagement", "SELECT activity, places, block, entries FROM draws"
    ):
        tickets = [entry["ticket"] for entry in entries]
        if block and tickets != sorted(_ticket(block["hash"], activity, entry["entry"]) for entry in entries):
            yield f"{activity}: the order is not that of block {block['number']}"
        left = places
        for entry in entries:
            fits = entry["outcome"] != "withdrawn" and entry["size"] <= left
            left -= entry["size"] if fits else 0
            if entry["outcome"] != "withdrawn" and (entry["outcome"] == "confirmed") is not fits:
                yield f"{activity}: {entry['entry']} is {entry['outcome']}"


def _ticket(seed: str, activity: str, entry: str) -> str:
    return sha256(f"{seed}:{activity}:{entry}".encode()).hexdigest()


@invariant(23, "A record of taking part has one act, and what was undone is taken back or corrected")
def _records_have_acts(platform: Platform) -> Iterator[str]:
    acts = {
        record: (undone, claim)
        for record, undone, claim in platform.rows(
            "claims", "SELECT record, undone_at IS NOT NULL, claim FROM acts WHERE record IS NOT NULL"
        )
    }
    records = platform.rows(
        "engagement",
        """
        SELECT a.id, a.state = 'revoked' FROM attendances a
          JOIN activities v ON v.community = a.community AND v.id = a.activity AND v.item IS NOT NULL
          LEFT JOIN directory_erasures e ON e.community = a.community AND e.person = a.person
         WHERE a.state IN ('attended', 'revoked') AND e.person IS NULL
        UNION ALL
        SELECT c.id, false FROM completions c
          JOIN courses v ON v.community = c.community AND v.id = c.course AND v.item IS NOT NULL
          LEFT JOIN directory_erasures e ON e.community = c.community AND e.person = c.person
         WHERE e.person IS NULL
        """,
    )
    for record, is_revoked in records:
        if record not in acts or acts[record][0] is not is_revoked:
            yield f"{record}: {'revoked' if is_revoked else 'in force'}, its act {acts.get(record)}"
    undone = [claim for is_undone, claim in acts.values() if is_undone and claim]
    worth = dict(
        platform.rows(
            "review",
            """
            SELECT e.source, e.points + e.corrected FROM entries e
             WHERE NOT EXISTS (SELECT FROM correction_proposals p WHERE p.community = e.community AND p.entry = e.id
                                  AND p.corrected_to = 0)
            """,
        )
    )
    yield from (f"{claim}: undone, and worth {worth[claim]}" for claim in undone if worth.get(claim))


_no_rows(
    "review",
    28,
    "No one person brings points into being: who recorded, scored, approved and published differ, and two people "
    "corrected",
    """
    SELECT 'approval', id, approved_by::text FROM reviews
     WHERE declared_points IS NOT NULL AND (recorded_by && approved_by OR endorsed_by = ANY (approved_by))
    UNION ALL
    SELECT 'one hand', e.id, p.published_by FROM publications p
      JOIN entries e ON e.community = p.community AND e.publication = p.id
      JOIN reviews r ON r.community = e.community AND r.id = e.review
     WHERE p.published_by = 'clock' AND r.declared_points IS NOT NULL AND r.endorsed_by IS NULL
       AND cardinality(r.approved_by) < 2 AND r.recorded_by <@ r.interested
    UNION ALL
    SELECT 'list', e.id, p.published_by FROM publications p
      JOIN entries e ON e.community = p.community AND e.publication = p.id AND e.approved_by = p.published_by
      JOIN reviews r ON r.community = e.community AND r.id = e.review
     WHERE r.declared_points IS NOT NULL AND cardinality(r.approved_by) = 1
    UNION ALL
    SELECT 'score', e.id, e.approved_by FROM entries e
      JOIN reviews r ON r.community = e.community AND r.id = e.review
     WHERE abs(e.points) > abs(e.declared_points) AND cardinality(r.approved_by) < 2
    UNION ALL
    SELECT 'correction', id, by FROM corrections WHERE confirmed_by = by OR confirmed_by = ANY (interested)
    UNION ALL
    SELECT 'correction', c.id, c.by FROM corrections c
      JOIN correction_proposals p ON p.community = c.community AND p.id = c.id
     WHERE c.confirmed_by IS DISTINCT FROM p.decided_by OR p.decided_by = p.proposed_by
    """,
)
_no_rows(
    "registry",
    28,
    "Nobody appointed themselves, or decided on their own proposal",
    """
    SELECT 'appointment', id, person FROM appointments WHERE appointed_by = person
    UNION ALL
    SELECT 'proposal', id, proposed_by FROM proposals
     WHERE decided_by = proposed_by OR state = 'applied' AND decided_by = content ->> 'person'
    """,
)


_no_rows(
    "engagement",
    26,
    "The last that was announced of a post is whether everybody sees it",
    """
    SELECT p.community, p.id, p.visibility, e.name
      FROM posts p
      LEFT JOIN (SELECT DISTINCT ON (subject) subject, name FROM outbox
                  WHERE publisher = 'engagement' AND name IN ('PostShared', 'PostHidden')
                  ORDER BY subject, position DESC) e ON e.subject = p.id
     WHERE e.name IS NOT NULL AND (e.name = 'PostShared') <> (p.visibility = 'visible')
    """,
)
_no_rows(
    "engagement",
    26,
    "What a person hid was hidden by somebody else, with a reason that its author reads",
    """
    SELECT community, id, moderated_by FROM posts
     WHERE visibility = 'hidden' AND (coalesce(moderation_reason, '') = '' OR moderated_by IN (author, posted_by))
    UNION ALL
    SELECT community, id, moderated_by FROM post_comments
     WHERE visibility = 'hidden' AND (coalesce(moderation_reason, '') = '' OR moderated_by IN (author, posted_by))
    """,
)
_no_rows(
    "engagement",
    26,
    "A visible suggestion has a deadline until it is answered, and none afterwards",
    """
    SELECT community, id, stage, reply_due_at FROM posts
     WHERE visibility = 'visible'
       AND (stage IN ('open', 'received', 'considered', 'reopened')) <> (reply_due_at IS NOT NULL)
    """,
)
