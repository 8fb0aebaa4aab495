"""English texts of problems, for merchants' programs that ask for them with `Accept-Language: en`.

Residents and staff read Chinese, and so does `errmsg`. A code or a text without a translation stays Chinese.
"""

import re
from typing import Any

from flask import request

_MERCHANT_PATHS = "/v1/merchant/"

TITLES = {
    "account_closed": "The household has left the community; its points cannot be spent",
    "amount_exceeds_hold": "More points than are held or captured",
    "card_invalid": "No such card, or it was revoked",
    "card_limit_reached": "The card has reached its daily limit",
    "card_locked": "The card is locked after wrong PINs",
    "card_not_active": "The card is not active yet: a second person has to confirm it",
    "conflict": "In conflict with the current state",
    "forbidden": "Not allowed",
    "hold_already_resolved": "The hold has already been captured, released or has expired",
    "idempotency_key_missing": "The Idempotency-Key header is missing",
    "idempotency_key_reused": "The Idempotency-Key was used for another request; use a new one",
    "insufficient_points": "Not enough points",
    "internal_error": "Internal error; try again later",
    "invalid_request": "The request breaks a rule",
    "key_invalid": "The API key is invalid or revoked",
    "malformed_request": "The request is malformed",
    "merchant_reference_reused": "The merchant_reference is already used",
    "merchant_suspended": "The merchant is suspended",
    "method_not_allowed": "The address does not support this method",
    "nonce_replayed": "The signature was already used; sign again with a new nonce",
    "not_acceptable": "Not available in this format",
    "not_found": "Not found",
    "out_of_stock": "Out of stock",
    "paycode_invalid": "The pay code is unknown, used or expired",
    "payload_too_large": "The request is too large",
    "pin_wrong": "The PIN is wrong",
    "priority_code_invalid": "The priority code is unknown, used or expired",
    "rate_limited": "Too many requests; wait for Retry-After seconds",
    "redemption_not_undoable": "The redemption can no longer be undone, or not at this till",
    "request_in_progress": "The same request is still in progress; send it again with the same key",
    "request_timeout": "The request took too long to arrive",
    "reward_unavailable": "The reward cannot be redeemed now",
    "scope_missing": "The key lacks the scope",
    "signature_expired": "The signature's time differs by more than five minutes, or it has expired",
    "signature_invalid": "The signature is missing or invalid",
    "temporarily_unavailable": "Temporarily unavailable; send it again with the same key",
    "test_mode_only": "Only with a test key",
    "too_many_endpoints": "Five webhook endpoints per mode at most",
    "unauthorized": "Not authenticated",
    "unsupported_media_type": "The content type is not supported",
    "voucher_already_redeemed": "The voucher was already redeemed",
    "voucher_expired": "The voucher has expired, or its order was cancelled",
    "voucher_not_found": "No such voucher",
    "wrong_merchant": "The voucher is not for this merchant",
    "wrong_state": "Not possible in the current state",
}
"""By code."""

_DETAILS = {
    "amount_exceeds_hold": "More points than the {held} that are held",
    "card_limit_reached": "The card can pay {limit} points a day at most",
    "card_locked": "The card is locked until {locked_until}",
    "card_not_active": "The card is not active before {active_from} unless a second person confirms it",
    "hold_already_resolved": "The authorization is {status}",
    "merchant_reference_reused": "The merchant_reference {merchant_reference} is already used",
    "pin_wrong": "The PIN is wrong; {tries_left} more attempts",
    "redemption_not_undoable": "The redemption cannot be undone: {reason}",
    "signature_expired": "The signature was created at {created}, the server's time is {now}",
    "signature_invalid": "The signature is invalid: {reason}",
    "voucher_already_redeemed": "The voucher was redeemed at {redeemed_at}",
    "voucher_expired": "The voucher expired at {expired_at}",
    "wrong_state": "Not possible while the status is {status}",
}
"""By code, with the problem's `facts`; the title if one is missing."""

_FIELD_ERRORS = [
    (re.compile(pattern + r"\Z"), english)
    for pattern, english in {
        r"必填": "Required",
        r"使用户码卡时必填": "Required with a card",
        r"不能为空": "Must not be null",
        r"无效": "Invalid",
        r"格式不正确": "Does not match the pattern",
        r"不是有效的编号": "Not an id of this kind",
        r"不是有效的游标": "No cursor of this list",
        r"不是有效的 UTF-8 文字": "Not valid UTF-8",
        r"应为对象": "Must be an object",
        r"应为列表": "Must be a list",
        r"应为文字": "Must be a string",
        r"应为数字": "Must be a number",
        r"应为整数": "Must be an integer",
        r"数字过大": "The number is too large",
        r"应为 true 或 false": "Must be true or false",
        r"应为 (\S+) 至 (\S+) 字": r"Must have \1 to \2 characters",
        r"最多 (\S+) 字": r"Must have \1 characters at most",
        r"应为 (\S+) 至 (\S+) 项": r"Must have \1 to \2 items",
        r"应在 (\S+) 与 (\S+) 之间": r"Must be from \1 to \2",
        r"不能小于 (\S+)": r"Must not be less than \1",
        r"不能大于 (\S+)": r"Must not be greater than \1",
        r"应为以下之一：(.+)": r"Must be one of: \1",
        r"只能出现一次": "May be given once only",
        r"未知字段": "Unknown field",
        r"付款码和户码卡须选其一": "Give either a pay code or a card",
        r"没有此门店，或已停业": "No such shop, or it is closed",
        r"应为 https 地址": "Must be an https address",
        r"应为不含用户名和片段的完整地址": "Must be a full address without user name and fragment",
        r"(\S+) 不是公网地址，回调只能发往公网": r"\1 is not a public address",
        r"应为带时区的时间，例如 (\S+)": r"Must be a time with an offset, such as \1",
        r"应为 (\S+) 到 (\S+) 的整数": r"Must be a whole number from \1 to \2",
        r"应为 (.+ 或 .+)": r"Must be one of: \1",
        r"这一列没有表头，却有内容：.+": "Without a heading: take the comma out of the number, or quote the cell",
        r"找不到表头，应有 ([^；]+)": r"No headings found; there must be \1",
        r"找不到表头，应有 ([^；]+)；只读到一列时.+": r"No headings found; there must be \1. Only one column: check "
        "the separator (comma, semicolon or tab)",
        r"缺少此列": "The column is missing",
        r"缺少此列；读到但不认识的列：(.+)": r"The column is missing; columns not understood: \1",
        r"未知的列": "Unknown column",
        r"此列重复": "The column is there twice",
        r"文件是空的": "The file is empty",
        r"不是有效的 xlsx 表格": "Not a valid xlsx workbook",
        r"表格过大.*": "The table is too large",
        r"一次最多 (\d+) 行": r"At most \1 lines at once",
        r"第 (\d+) 行的引号不成对，或引号后还有内容": r"Line \1 has an unpaired quote, or text after a closing quote",
        r"无法识别文件：.+": "Not a table: send xlsx, or text in UTF-8, UTF-16 or GB18030",
    }.items()
]
_READ = re.compile(r"(?P<wrong>.+?)；读到“(?P<found>.*)”(?:（该列 (?P<rows>\d+) 行都有误）)?", re.DOTALL)
"""What is wrong with a cell, and what was read in it."""


def is_wanted() -> bool:
    """Return whether the request is a merchant's that prefers English to Chinese."""
    if not request.path.startswith(_MERCHANT_PATHS):
        return False
    tags = (tag.lower().replace("_", "-").partition("-")[0] for tag in request.accept_languages.values())
    return next((tag for tag in tags if tag in ("zh", "en")), "zh") == "en"


def translate(body: dict[str, Any]) -> str:
    """Put English texts into a problem, if there are any for its code. Return its language, `en` or `zh`."""
    code = body["code"]
    if code not in TITLES:
        return "zh"
    body["title"] = TITLES[code]
    said = field_error(body["detail"])
    body["detail"] = said if said != body["detail"] else _detail(code, body.get("facts") or {})
    if "errors" in body:
        body["errors"] = [error | {"detail": field_error(error["detail"])} for error in body["errors"]]
    return "en"


def field_error(chinese: str) -> str:
    """Return the English text of what is wrong with a field or a cell, or the Chinese one."""
    if read := _READ.fullmatch(chinese):
        rows = f" ({read['rows']} rows of the column are wrong)" if read["rows"] else ""
        return f"{field_error(read['wrong'])}; found “{read['found']}”{rows}"
    for pattern, english in _FIELD_ERRORS:
        if match := pattern.match(chinese):
            return match.expand(english)
    return chinese


def _detail(code: str, facts: dict[str, Any]) -> str:
    try:
        return _DETAILS.get(code, TITLES[code]).format_map(facts)
    except KeyError:
        return TITLES[code]
