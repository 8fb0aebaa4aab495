"""Compares stored rows with what follows from the ledger, one statement for each kind of row.

Each statement selects `different`: the rows that are wrong, and by how much.
"""

from sqlalchemy import text

COMMUNITIES = text("""
    SELECT community FROM accounts UNION SELECT community FROM transfers UNION SELECT community FROM tallies ORDER BY 1
""")
_ACCOUNTS = """
    WITH posted AS (
        SELECT community, account AS id, sum(amount) AS posted FROM entries
         WHERE community = :community GROUP BY 1, 2
    ), earned AS (
        SELECT community, book AS id, sum(points) AS cumulative FROM transfers
         WHERE community = :community AND kind IN ('credit', 'reversal') GROUP BY 1, 2
    ), owed AS (
        SELECT t.community, t.book AS id, -sum(e.amount) AS arrears
          FROM entries e JOIN transfers t ON t.community = e.community AND t.id = e.transfer
         WHERE e.community = :community AND e.account = 'arrears' GROUP BY 1, 2
    ), reserved AS (
        SELECT h.community, coalesce(a.merged_into, h.account) AS id, sum(h.points) AS held
          FROM holds h LEFT JOIN accounts a ON a.community = h.community AND a.id = h.account
         WHERE h.community = :community AND h.state = 'open' GROUP BY 1, 2
    ), derived AS (
        SELECT community, id, coalesce(posted, 0) AS posted, coalesce(held, 0) AS held,
               coalesce(arrears, 0) AS arrears, coalesce(cumulative, 0) AS cumulative
          FROM posted
          FULL JOIN earned USING (community, id)
          FULL JOIN owed USING (community, id)
          FULL JOIN reserved USING (community, id)
    ), stored AS (
        SELECT community, id, posted, held, arrears, cumulative FROM accounts WHERE community = :community
    ), different AS MATERIALIZED (
        SELECT community, id, s.id IS NULL AS missing,
               coalesce(d.posted, 0) - coalesce(s.posted, 0) AS posted,
               coalesce(d.held, 0) - coalesce(s.held, 0) AS held,
               coalesce(d.arrears, 0) - coalesce(s.arrears, 0) AS arrears,
               coalesce(d.cumulative, 0) - coalesce(s.cumulative, 0) AS cumulative
          FROM derived d FULL JOIN stored s USING (community, id)
         WHERE s.id IS NULL
            OR (s.posted, s.held, s.arrears, s.cumulative) IS DISTINCT FROM
               (coalesce(d.posted, 0), coalesce(d.held, 0), coalesce(d.arrears, 0), coalesce(d.cumulative, 0))
    )
"""
_REPAIR_ACCOUNTS = (
    _ACCOUNTS
    + """
    , opened AS (
        INSERT INTO accounts AS a (community, id, kind, posted, held, arrears, cumulative)
        SELECT d.community, d.id,
               CASE WHEN d.id LIKE 'hou\\_%' THEN 'household' WHEN d.id LIKE 'per\\_%' THEN 'head' ELSE d.id END,
               d.posted, d.held, d.arrears, d.cumulative
          FROM different d WHERE missing ORDER BY d.id
            ON CONFLICT (community, id) DO UPDATE
           SET posted = a.posted + excluded.posted, held = a.held + excluded.held,
               arrears = a.arrears + excluded.arrears, cumulative = a.cumulative + excluded.cumulative
        RETURNING 1
    ), corrected AS (
        UPDATE accounts a
           SET posted = a.posted + d.posted, held = a.held + d.held,
               arrears = a.arrears + d.arrears, cumulative = a.cumulative + d.cumulative
          FROM different d WHERE a.community = d.community AND a.id = d.id AND NOT d.missing
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM opened) + (SELECT count(*) FROM corrected)
    """
)
_TALLIES = """
    WITH standing AS (
        SELECT t.* FROM transfers t JOIN accounts a ON a.community = t.community AND a.id = t.book
         WHERE t.community = :community AND t.kind IN ('credit', 'reversal') AND a.kind = 'household'
    ), derived AS (
        SELECT community, subject_kind, period, subject, category, sum(points) AS points
          FROM standing, LATERAL (
               VALUES ('residents', person), ('households', book), ('courtyards', courtyard)
          ) AS counts_for (subject_kind, subject)
         WHERE subject IS NOT NULL GROUP BY 1, 2, 3, 4, 5
    ), stored AS (
        SELECT * FROM tallies WHERE community = :community
    ), different AS (
        SELECT community, subject_kind, period, subject, category,
               coalesce(d.points, 0) - coalesce(s.points, 0) AS points
          FROM derived d FULL JOIN stored s USING (community, subject_kind, period, subject, category)
         WHERE coalesce(d.points, 0) <> coalesce(s.points, 0)
    )
"""
_REPAIR_TALLIES = (
    _TALLIES
    + """
    , corrected AS (
        INSERT INTO tallies AS t (community, subject_kind, period, subject, category, points)
        SELECT d.* FROM different d ORDER BY d.community, d.subject_kind, d.period, d.subject, d.category
            ON CONFLICT (community, subject_kind, period, subject, category) DO UPDATE
           SET points = t.points + excluded.points
        RETURNING 1
    )
    SELECT count(*) FROM corrected
    """
)
_PENDING = """
    WITH different AS (
        SELECT p.community, p.entry
          FROM pending p JOIN transfers t ON t.community = p.community AND t.kind = 'credit' AND t.source = p.entry
         WHERE p.community = :community
    )
"""
_REPAIR_PENDING = (
    _PENDING
    + """
    , corrected AS (
        DELETE FROM pending p USING different d WHERE p.community = d.community AND p.entry = d.entry RETURNING 1
    )
    SELECT count(*) FROM corrected
    """
)
_HOLDS = """
    WITH spent AS (
        SELECT source AS id, -points AS captured FROM transfers WHERE community = :community AND kind = 'capture'
    ), returned AS (
        SELECT reverses AS id, sum(points) AS refunded FROM transfers
         WHERE community = :community AND kind = 'refund' GROUP BY 1
    ), stored AS (
        SELECT * FROM holds WHERE community = :community
    ), different AS (
        SELECT id FROM stored h FULL JOIN spent s USING (id) FULL JOIN returned r USING (id)
         WHERE h.captured IS DISTINCT FROM coalesce(s.captured, 0)
            OR h.refunded IS DISTINCT FROM coalesce(r.refunded, 0)
            OR (h.state = 'captured') IS DISTINCT FROM (s.id IS NOT NULL)
    )
"""
_UNBALANCED = """
    WITH sides AS (
        SELECT community, transfer AS id, sum(amount) AS total,
               sum(amount) FILTER (
                   WHERE account NOT IN ('issued', 'redeemed', 'expired', 'merged')
               ) AS points
          FROM entries WHERE community = :community GROUP BY 1, 2
    ), moved AS (
        SELECT * FROM transfers WHERE community = :community
    ), different AS (
        SELECT id FROM moved t FULL JOIN sides s USING (community, id)
         WHERE t.id IS NULL OR coalesce(s.total, 0) <> 0 OR coalesce(s.points, 0) <> t.points
    )
"""
_ASTRAY = """
    WITH credits AS (
        SELECT source AS id, person, household FROM transfers WHERE community = :community AND kind = 'credit'
    ), corrections AS (
        SELECT reverses AS id, person, household FROM transfers WHERE community = :community AND kind = 'reversal'
    ), different AS (
        SELECT id FROM corrections r LEFT JOIN credits c USING (id)
         WHERE c.id IS NULL OR (c.person, c.household) IS DISTINCT FROM (r.person, r.household)
    )
"""
_COUNT_DIFFERENCES = "SELECT count(*) FROM different"
COUNTED = ("accounts", "transfers", "entries", "tallies", "holds")
COMPARED = {
    "accounts_different": _ACCOUNTS + _COUNT_DIFFERENCES,
    "tallies_different": _TALLIES + _COUNT_DIFFERENCES,
    "pending_different": _PENDING + _COUNT_DIFFERENCES,
    "holds_different": _HOLDS + _COUNT_DIFFERENCES,
    "unbalanced": _UNBALANCED + _COUNT_DIFFERENCES,
    "corrections_astray": _ASTRAY + _COUNT_DIFFERENCES,
}
REPAIRS = {
    "accounts_different": _REPAIR_ACCOUNTS,  # before the tallies, which ask it for kinds of books
    "tallies_different": _REPAIR_TALLIES,
    "pending_different": _REPAIR_PENDING,
}
