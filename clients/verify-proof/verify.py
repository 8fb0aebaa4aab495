"""Check, without asking anybody, that an entry of the behaviour bank is in a block of its ledger.

    python verify.py proof.json                 # the entry's hash lies in the block, and the block's hash is right
    python verify.py proof.json line.json       # and the hash is that of this line, which it prints
    python verify.py --blocks blocks.json       # these blocks follow one another, none left out

`proof.json` is the answer of GET /v1/ledger/entries/{entry_id}/proof, `line.json` that of
GET /v1/passbooks/{account_id}/entries/{entry_id}, `blocks.json` a page of GET /v1/ledger/blocks.
Compare the hash it prints with one you trust: on a published list, on the notice board, in a neighbour's copy.
Python 3.11 or later, nothing else.
"""

import json
import sys
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise


def block_hash(block):
    """The hash of a block: SHA-256 of the byte 2 and the header, JSON with sorted keys and no spaces."""
    header = {name: block[name] for name in ("community_id", "number", "previous_hash", "root", "size")}
    sealed_at = datetime.fromisoformat(block["sealed_at"].replace("Z", "+00:00")).astimezone(UTC)
    header["sealed_at"] = sealed_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    text = json.dumps(header, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(b"\x02" + text.encode()).hexdigest()


def check_proof(proof):
    """From the leaf up the path to the root, and from the root to the block's hash."""
    here = bytes.fromhex(proof["leaf_hash"])
    for step in proof["path"]:
        beside = bytes.fromhex(step["hash"])
        here = sha256(b"\x01" + (beside + here if step["side"] == "left" else here + beside)).digest()
    if here.hex() != proof["block"]["root"]:
        raise ValueError("the path does not lead to the block's root")
    if block_hash(proof["block"]) != proof["block"]["hash"]:
        raise ValueError("the block's header does not make its hash")


def check_line(line, proof):
    """That the text of a line is what was sealed, and that the line shows what its text says."""
    if sha256(b"\x00" + line["content"].encode()).hexdigest() != proof["leaf_hash"]:
        raise ValueError("the line is not what was sealed")
    sealed = json.loads(line["content"])
    different = [name for name in sealed if name in line and name != "posted_at" and line[name] != sealed[name]]
    if different or sealed["id"] != proof["entry_id"]:
        raise ValueError(f"the line does not show what its text says: {different}")
    return sealed


def check_blocks(blocks):
    """That each block names the one below it in the list, newest first."""
    for newer, older in pairwise(blocks):
        if (newer["number"], newer["previous_hash"]) != (older["number"] + 1, older["hash"]):
            raise ValueError(f"block {newer['number']} does not follow block {older['number']}")
    for block in blocks:
        if block_hash(block) != block["hash"]:
            raise ValueError(f"the header of block {block['number']} does not make its hash")


def main(arguments):
    if arguments[:1] == ["--blocks"] and len(arguments) == 2:
        blocks = read(arguments[1])["data"]
        check_blocks(blocks)
        print(f"{len(blocks)} blocks follow one another; the newest is")
        return tell(blocks[0]) if blocks else None
    if len(arguments) not in (1, 2):
        sys.exit(__doc__)
    proof = read(arguments[0])
    check_proof(proof)
    if len(arguments) == 2:
        print(json.dumps(check_line(read(arguments[1]), proof), indent=2, ensure_ascii=False))
    print(f"entry {proof['entry_id']} is in")
    return tell(proof["block"])


def tell(block):
    print(f"block {block['number']} of {block['community_id']}, sealed at {block['sealed_at']}: {block['hash']}")


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (ValueError, KeyError, TypeError, OSError) as fault:
        sys.exit(f"NOT PROVED: {fault}")
