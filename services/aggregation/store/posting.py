"""The ledger's statements. `rows` is a JSON document of the rows that a statement reads or writes."""

from sqlalchemy import text

LOCK_BOOKS = text("""
    SELECT a.community, a.id, a.kind, a.posted, a.held, a.arrears, a.cumulative, a.merged_into
      FROM accounts a
      JOIN json_populate_recordset(NULL::accounts, :rows) wanted USING (community, id)
     ORDER BY a.community, a.id
       FOR UPDATE OF a
""")
OPEN_BOOKS = text("""
    INSERT INTO accounts (community, id, kind)
    SELECT community, id, kind FROM json_populate_recordset(NULL::accounts, :rows) ORDER BY community, id
        ON CONFLICT DO NOTHING
""")
HOLDS = text("""
    SELECT h.community, h.id, h.account, h.points, h.state, h.captured, h.refunded, h.placed_at, h.ended_at
      FROM holds h JOIN json_populate_recordset(NULL::holds, :rows) wanted USING (community, id)
""")
POSTED = text("""
    SELECT t.community, t.kind, t.source, t.points
      FROM transfers t JOIN json_populate_recordset(NULL::transfers, :rows) wanted USING (community, kind, source)
""")

ADD_TRANSFERS = text("""
    INSERT INTO transfers (community, id, kind, source, reverses, book, points, origin, origin_id, person, household,
                           courtyard, category, item, merchant, day, period, posted_at)
    SELECT community, id, kind, source, reverses, book, points, origin, origin_id, person, household,
           courtyard, category, item, merchant, day, period, posted_at
      FROM json_populate_recordset(NULL::transfers, :rows)
""")
ADD_ENTRIES = text("""
    INSERT INTO entries (community, transfer, account, amount)
    SELECT community, transfer, account, amount FROM json_populate_recordset(NULL::entries, :rows)
""")
UPDATE_BOOKS = text("""
    UPDATE accounts a
       SET posted = b.posted, held = b.held, arrears = b.arrears, cumulative = b.cumulative
      FROM json_populate_recordset(NULL::accounts, :rows) b
     WHERE a.community = b.community AND a.id = b.id
""")
MERGE_BOOKS = text("""
    UPDATE accounts SET merged_into = :into, merged_at = coalesce(merged_at, :now)
     WHERE community = :community AND (id = :household OR merged_into = :household)
""")
MERGE_PENDING = text("UPDATE pending SET book = :into WHERE community = :community AND book = :household")
UPSERT_HOLDS = text("""
    INSERT INTO holds (community, id, account, points, state, captured, refunded, placed_at, ended_at)
    SELECT community, id, account, points, state, captured, refunded, placed_at, ended_at
      FROM json_populate_recordset(NULL::holds, :rows) ORDER BY community, id
        ON CONFLICT (community, id) DO UPDATE
       SET state = excluded.state, captured = excluded.captured, refunded = excluded.refunded,
           ended_at = excluded.ended_at
""")
UPSERT_PENDING = text("""
    INSERT INTO pending (community, entry, book, points, courtyard, period, sequence)
    SELECT community, entry, book, points, courtyard, period, sequence
      FROM json_populate_recordset(NULL::pending, :rows) ORDER BY community, entry
        ON CONFLICT (community, entry) DO UPDATE
       SET points = excluded.points, period = excluded.period, sequence = excluded.sequence
     WHERE pending.sequence < excluded.sequence
""")
DELETE_PENDING = text("""
    DELETE FROM pending p USING json_populate_recordset(NULL::pending, :rows) final
     WHERE p.community = final.community AND p.entry = final.entry
""")
ADD_TO_TALLIES = text("""
    INSERT INTO tallies (community, subject_kind, period, subject, category, points)
    SELECT community, subject_kind, period, subject, category, points
      FROM json_populate_recordset(NULL::tallies, :rows) ORDER BY community, subject_kind, period, subject, category
        ON CONFLICT (community, subject_kind, period, subject, category) DO UPDATE
       SET points = tallies.points + excluded.points
""")
ADD_TO_COMMUNITY_ACCOUNTS = text("""
    INSERT INTO accounts (community, id, kind, posted)
    SELECT community, id, kind, posted FROM json_populate_recordset(NULL::accounts, :rows) ORDER BY community, id
        ON CONFLICT (community, id) DO UPDATE SET posted = accounts.posted + excluded.posted
""")
