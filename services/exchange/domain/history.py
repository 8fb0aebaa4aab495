"""The steps of a purchase as Chinese sentences, for the person whose points it took (R15, R23)."""

from typing import Any

_SENTENCES = {
    "placed": "已下单，库存已预留，正在冻结 {points} 分",
    "confirmed": "已冻结 {points} 分，兑换券已发放",
    "refused": "可用积分只有 {available} 分，不足以支付，未扣分",
    "refused/account_closed": "此户已不在本社区，存折里的 {available} 分保留，暂不能兑换，未扣分",
    "awaiting_consent": "已冻结 {points} 分，等待本人同意",
    "consented": "本人已同意",
    "consent_refused": "本人不同意，已取消，库存退回，积分解冻",
    "consent_lapsed": "本人未在期限内同意，已取消，库存退回，积分解冻",
    "cancelled": "已取消，库存退回，积分解冻",
    "unanswered": "积分系统未能及时答复，已自动取消，库存退回",
    "issued": "已冻结 {points} 分，券码已发放，积分将扣除",
    "reminded": "兑换券还有 {days} 天过期，已提醒",
    "lapsed": "兑换券过期未用，库存退回，积分解冻",
    "redeemed": "兑换券已核销，冻结的积分将扣除",
    "redemption_undone": "商户撤销误核销，库存退回，{points} 分退还存折",
    "captured": "积分已扣除",
    "released": "积分已解冻，可再次使用",
    "requested": "商户请求收取 {points} 分，正在冻结",
    "requested_by_card": "商户凭户码卡请求收取 {points} 分，正在冻结",
    "authorized": "已冻结 {points} 分，等待商户确认",
    "taken": "商户确认收取 {points} 分，其余解冻",
    "voided": "商户撤销，积分解冻",
    "expired": "商户未在十分钟内确认，积分解冻",
    "refunded": "商户退还 {points} 分",
}


def explain(entry: dict[str, Any]) -> str:
    """Return the sentence of one step of `Purchase.history`."""
    step = entry["step"]
    return _SENTENCES.get(f"{step}/{entry.get('reason')}", _SENTENCES[step]).format_map(entry)
