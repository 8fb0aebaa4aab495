"""Check offline that an entry of the ledger is in a sealed block, or that a draw of places was held as it should be.

    python verify.py proof.json                 # the entry's hash is in the block, and the block's hash is right
    python verify.py proof.json line.json       # also: the hash is that of this line; prints the line
    python verify.py --blocks blocks.json       # these blocks are linked without a gap
    python verify.py --draw draw.json           # the draw's seed, order and places are right
    python verify.py --draw draw.json blocks.json  # also: its block is the first that was sealed after sign-up closed

`proof.json` is the answer of GET /v1/ledger/entries/{entry_id}/proof, `line.json` that of
GET /v1/passbooks/{account_id}/entries/{entry_id}, `blocks.json` a page of GET /v1/ledger/blocks, `draw.json`
the answer of GET /v1/calendar/activities/{activity_id}/draw.
Compare the printed hash with one you trust: on a published list, on the notice board, in a neighbour's copy.
Needs Python 3.11 or later and no package.
"""

import json
import sys
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise


def block_hash(block):
    """Return the hash of a block: SHA-256 of the byte 2 and the header, JSON with sorted keys and no spaces."""
    header = {name: block[name] for name in ("community_id", "number", "previous_hash", "root", "size")}
    header["sealed_at"] = moment(block["sealed_at"]).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    text = json.dumps(header, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(b"\x02" + text.encode()).hexdigest()


def check_proof(proof):
    """Hash from the leaf along the path to the root, and compare both hashes. Raise ValueError if one differs."""
    current = bytes.fromhex(proof["leaf_hash"])
    for step in proof["path"]:
        sibling = bytes.fromhex(step["hash"])
        current = sha256(b"\x01" + (sibling + current if step["side"] == "left" else current + sibling)).digest()
    if current.hex() != proof["block"]["root"]:
        raise ValueError("the path does not lead to the block's root")
    if block_hash(proof["block"]) != proof["block"]["hash"]:
        raise ValueError("the block's header does not make its hash")


def check_line(line, proof):
    """Return the sealed content of a line. Raise ValueError if its hash or one of its fields differs."""
    if sha256(b"\x00" + line["content"].encode()).hexdigest() != proof["leaf_hash"]:
        raise ValueError("the line differs from the sealed content")
    sealed = json.loads(line["content"])
    different = [name for name in sealed if name in line and name != "posted_at" and line[name] != sealed[name]]
    if different or sealed["id"] != proof["entry_id"]:
        raise ValueError(f"fields of the line differ from its content: {different}")
    return sealed


def check_blocks(blocks):
    """Check the links of blocks, newest first, and their hashes. Raise ValueError if one is wrong."""
    for newer, older in pairwise(blocks):
        if (newer["number"], newer["previous_hash"]) != (older["number"] + 1, older["hash"]):
            raise ValueError(f"block {newer['number']} does not follow block {older['number']}")
    for block in blocks:
        if block_hash(block) != block["hash"]:
            raise ValueError(f"the header of block {block['number']} does not make its hash")


def check_draw(draw):
    """Replay a draw. Raise ValueError if its block, a ticket, the order or an outcome is wrong.

    An entry's ticket is SHA-256 of `hash:activity_id:entry`; the lowest comes first. In that order a party gets places
    if it fits in what is left, and waits if not; who withdrew after the cut-off gets nothing. Without a block, which
    `method` says, the entries are in the order of their sign-ups, and only the places can be checked.
    """
    if draw["state"] != "held":
        raise ValueError("the draw is still to be held")
    if draw["method"] == "seed":
        check_seed(draw)
    left = draw["places"]
    for entry in draw["entries"]:
        fits = entry["outcome"] != "withdrawn" and entry["size"] <= left
        left -= entry["size"] if fits else 0
        if entry["outcome"] != "withdrawn" and (entry["outcome"] == "confirmed") is not fits:
            raise ValueError(f"{entry['entry']} is {entry['outcome']}, and {left} places were left")


def check_seed(draw):
    """Check the block of a draw, its tickets and their order. Raise ValueError if one is wrong."""
    block = draw["block"]
    if block_hash(block) != block["hash"]:
        raise ValueError("the block's header does not make its hash")
    if moment(block["sealed_at"]) <= moment(draw["closed_at"]):
        raise ValueError("the block was sealed before sign-up closed")
    for entry in draw["entries"]:
        text = f"{block['hash']}:{draw['activity_id']}:{entry['entry']}"
        if sha256(text.encode()).hexdigest() != entry["ticket"]:
            raise ValueError(f"the ticket of {entry['entry']} is wrong")
    tickets = [entry["ticket"] for entry in draw["entries"]]
    if tickets != sorted(tickets):
        raise ValueError("the entries are not in the order of their tickets")


def check_first(draw, blocks):
    """Check that no earlier block was sealed after sign-up closed. Raise ValueError if one was, or cannot be found."""
    if draw["block"]["number"] == 1:
        return
    before = [block for block in blocks if block["number"] == draw["block"]["number"] - 1]
    if not before:
        raise ValueError(f"block {draw['block']['number'] - 1} is not among the blocks")
    if before[0]["hash"] != draw["block"]["previous_hash"] or block_hash(before[0]) != before[0]["hash"]:
        raise ValueError("the draw's block does not follow the block before it")
    if moment(before[0]["sealed_at"]) > moment(draw["closed_at"]):
        raise ValueError("an earlier block was sealed after sign-up closed")


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def main(arguments):
    if arguments[:1] == ["--draw"] and len(arguments) in (2, 3):
        draw = read(arguments[1])
        check_draw(draw)
        if len(arguments) == 3:
            check_first(draw, read(arguments[2])["data"])
        print(f"the draw of {draw['activity_id']} was held as it should be, by {draw['method']}")
        return print_block(draw["block"]) if draw["block"] else None
    if arguments[:1] == ["--blocks"] and len(arguments) == 2:
        blocks = read(arguments[1])["data"]
        check_blocks(blocks)
        print(f"{len(blocks)} blocks are linked; the newest is")
        return print_block(blocks[0]) if blocks else None
    if len(arguments) not in (1, 2):
        sys.exit(__doc__)
    proof = read(arguments[0])
    check_proof(proof)
    if len(arguments) == 2:
        print(json.dumps(check_line(read(arguments[1]), proof), indent=2, ensure_ascii=False))
    print(f"entry {proof['entry_id']} is in")
    return print_block(proof["block"])


def print_block(block):
    print(f"block {block['number']} of {block['community_id']}, sealed at {block['sealed_at']}: {block['hash']}")


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (ValueError, KeyError, TypeError, OSError) as error:
        sys.exit(f"NOT PROVED: {error}")
