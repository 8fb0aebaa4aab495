"""The demo's rulebook, checklist and rewards. ★: the score of a comparable published scheme; the rest are plausible."""

from typing import Any

TITLE = "昌宁社区居民积分细则（演示）"


def _cap(per: str, of: str = "person", **limit: int) -> dict[str, Any]:
    return {**limit, "per": per, "of": of}


def _item(code: str, category: str, title: str, score: int, *caps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"code": code, "category": category, "title": title, "score": score, "caps": list(caps), **more}


_LIVING, _NEIGHBOURS, _CHARITY, _ORDER, _OTHER = (
    "living_environment",
    "neighbourhood",
    "charity",
    "public_order",
    "other",
)

RULEBOOK: list[dict[str, Any]] = [
    _item("clean_up", _LIVING, "参加环境卫生整治", 5, _cap("day", times=1)),  # ★
    _item("public_litter", _LIVING, "清理公共区域垃圾", 3, _cap("day", times=1)),  # ★
    _item("waste_sorting", _LIVING, "垃圾分类达标", 2, _cap("week", "household", times=1), evidence_required=False),
    _item("own_frontage", _LIVING, "门前三包达标", 3, _cap("month", "household", times=1), evidence_required=False),
    _item("dumping", _LIVING, "乱堆乱放（每处）", -5, unit="处", max_quantity=10, deduction=True),  # ★
    _item("council", _NEIGHBOURS, "参加议事会", 5, _cap("month", times=1), evidence_required=False),  # ★
    _item("adopted_idea", _NEIGHBOURS, "建议被采纳", 10, evidence_required=False),
    _item("voluntary_labour", _NEIGHBOURS, "义务劳动", 5, _cap("day", times=1)),  # ★
    _item("repair", _NEIGHBOURS, "协助公共设施维修", 5, _cap("day", times=1)),
    _item("hazard", _NEIGHBOURS, "上报设施隐患属实", 3, _cap("day", times=3)),
    _item("volunteering", _CHARITY, "志愿服务", 1, _cap("day", times=2), unit="小时", max_quantity=2),  # ★
    _item("donation", _CHARITY, "捐赠物资", 5, _cap("month", points=20)),
    _item("blood", _CHARITY, "无偿献血", 10, _cap("year", times=2), public=False),
    _item("elder_care", _CHARITY, "照看孤寡老人", 3, _cap("day", times=1), evidence_required=False, public=False),
    _item("patrol", _ORDER, "治安巡防", 10, _cap("month", times=4)),  # ★
    _item("mediation", _ORDER, "化解邻里矛盾", 2, evidence_required=False),  # ★
    _item("safety_tip", _ORDER, "提供安全线索属实", 5, evidence_required=False, public=False),
    _item(
        "tenant_register",
        _ORDER,
        "租户信息及时登记",
        3,
        _cap("month", times=5),
        claimable_by="head",
        evidence_required=False,
    ),
    _item("fire_check", _ORDER, "消防自查合格", 3, _cap("month", "household", times=1), evidence_required=False),
    _item("training", _OTHER, "参加教育培训", 5, _cap("day", times=1), evidence_required=False),  # ★
    _item("online_course", _OTHER, "线上学习", 1, _cap("day", times=1), system=True),
    _item("online_share", _OTHER, "线上分享", 1, _cap("day", times=2), system=True),
    _item("away_voice", _OTHER, "身处异乡居民参与线上说事", 1, _cap("day", times=1), system=True),
    *(
        _item(f"commended_{level}", _OTHER, f"表彰（{name}）", score)
        for level, name, score in (
            ("community", "社区级", 5),
            ("street", "街道级", 10),
            ("county", "县级", 15),
            ("prefecture", "州级", 20),
            ("province", "省级", 30),
            ("nation", "国家级", 50),  # ★
        )
    ),
]

NOT_PUBLIC = frozenset(item["code"] for item in RULEBOOK if not item.get("public", True))
"""Items that lists show without name: the working group gives their claims the first review."""

CHECKLIST: list[dict[str, Any]] = [
    {"code": "yard", "title": "院内整洁，物品摆放有序", "weight": 4, "max_mark": 10},
    {"code": "gate", "title": "门前三包", "weight": 3, "max_mark": 10},
    {"code": "waste", "title": "垃圾分类投放", "weight": 2, "max_mark": 10},
    {"code": "passage", "title": "通道畅通，无乱堆乱放", "weight": 1, "max_mark": 10},
]

REWARDS: list[dict[str, Any]] = [
    {"name": "香皂", "kind": "goods", "points": 5, "stock": 300},
    {"name": "洗衣液", "kind": "goods", "points": 20, "stock": 120},
    {"name": "大米", "kind": "goods", "points": 50, "stock": 60},
    {"name": "食用油", "kind": "goods", "points": 85, "stock": 40},
    {"name": "理发优惠券", "kind": "coupon", "points": 10, "stock": 200},
    {"name": "九折卡", "kind": "discount", "points": 15, "stock": 200},
]

MERCHANTS = ("善治超市", "邻里理发店", "莲花粮油店")
