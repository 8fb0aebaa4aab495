"""Who may do what: every role predicate of the services, in one table (R4).

An `Action` names the roles that allow it; `allows` and `require` check one person's `Roles`. Rules that depend on more
than roles (one's own claim, one's own household, an interest) are in the services' `permissions` modules and domains;
the action's `note` mentions them. `docs/permissions.md` is generated from this module.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from contracts.errors import RoleMissing
from directory.roles import Roles


class Role(StrEnum):
    """A role in an action. Roles with a scope allow it in their courtyard, grid or merchant only."""

    HEAD = "head"
    """Head 院长 of the courtyard in question."""
    GRID_OFFICER = "grid_officer"
    """Grid officer 网格员 of the grid in question."""
    ANY_GRID_OFFICER = "any_grid_officer"
    """Grid officer of any grid."""
    OPERATOR = "merchant_operator"
    """Operator of the merchant in question."""
    CHAIR = "working_group_chair"
    GROUP = "working_group"
    BRANCH = "branch"
    COMMITTEE = "committee"
    PLATFORM = "platform"


_GROUP = frozenset({Role.CHAIR, Role.GROUP})
_RUNS_THE_SCHEME = _GROUP | {Role.COMMITTEE}
_OVERSIGHT = _GROUP | {Role.BRANCH, Role.COMMITTEE}
_OF_THE_COURTYARD = frozenset({Role.HEAD, Role.GRID_OFFICER})
_COMMITTEE = frozenset({Role.COMMITTEE})
_MANAGES_THE_GRID = frozenset({Role.GRID_OFFICER, Role.COMMITTEE})


@dataclass(frozen=True)
class Action:
    """One thing that only some roles may do."""

    area: str
    """The service it belongs to."""
    title: str
    """What is done, for the table: a verb and its object."""
    allowed: frozenset[Role]
    refusal: str = RoleMissing.message
    """The message of the refusal, in Chinese."""
    rule: str = ""
    """The requirement it comes from."""
    note: str = ""
    """What else the service checks, besides roles."""

    def allows(
        self,
        roles: Roles,
        *,
        courtyard: str | None = None,
        grid: Callable[[], str | None] | str | None = None,
        merchant: str | None = None,
    ) -> bool:
        """Return whether `roles` allow this in that courtyard, grid or merchant.

        `grid` may be a function, called only when the answer depends on it.
        """
        if not roles.offices.isdisjoint(self.allowed):
            return True
        if Role.HEAD in self.allowed and courtyard is not None and courtyard in roles.courtyards:
            return True
        if Role.ANY_GRID_OFFICER in self.allowed and roles.grids:
            return True
        if Role.OPERATOR in self.allowed and merchant is not None and merchant in roles.merchants:
            return True
        if Role.GRID_OFFICER in self.allowed and roles.grids:
            return (grid() if callable(grid) else grid) in roles.grids
        return False

    def require(
        self,
        roles: Roles,
        *,
        courtyard: str | None = None,
        grid: Callable[[], str | None] | str | None = None,
        merchant: str | None = None,
    ) -> None:
        """Raise `RoleMissing` unless `roles` allow this."""
        if not self.allows(roles, courtyard=courtyard, grid=grid, merchant=merchant):
            raise RoleMissing(self.refusal)


# Registry

FOUND_COMMUNITIES = Action(
    "registry",
    "found communities, list all of them",
    frozenset({Role.PLATFORM}),
    rule="R1",
    note="others list their own",
)
MANAGE_SETTINGS = Action("registry", "read and change the community's settings", _COMMITTEE, rule="R1")
READ_PUBLICITY = Action("registry", "read how much a month's list would show of people", _RUNS_THE_SCHEME, rule="R14")
MANAGE_COURTYARDS = Action("registry", "register and dissolve courtyards", _COMMITTEE, rule="R1")
MANAGE_RESIDENTS = Action(
    "registry",
    "register, correct and move people; register, split and merge households",
    _MANAGES_THE_GRID,
    rule="R3",
    note="where people leave and where they arrive; nobody moves themselves, or moves, splits or merges their own "
    "household; only the committee registers staff",
)
READ_RESIDENTS = Action(
    "registry",
    "read households and people",
    _OVERSIGHT | _OF_THE_COURTYARD,
    rule="R4",
    note="everybody reads their own household",
)
INVITE_RESIDENTS = Action(
    "registry",
    "invite residents, set their phone",
    _OF_THE_COURTYARD | {Role.COMMITTEE},
    rule="R4",
    note="of people without a role",
)
INVITE_HEADS = Action(
    "registry",
    "invite people who are head and nothing else, set their phone",
    _MANAGES_THE_GRID,
    rule="R4",
    note="their own number proves the account that accepts it, or another office confirms it",
)
INVITE_STAFF = Action(
    "registry",
    "invite people with any other role, set their phone",
    _COMMITTEE,
    rule="R4",
    note="as with heads",
)
SET_PASSWORDS = Action(
    "registry",
    "set passwords, reset how people sign in",
    _COMMITTEE,
    rule="R4",
    note="of people without another role than head; who can sign in already is reset after a delay, or approved",
)
RESET_STAFF_SIGN_IN = Action(
    "registry",
    "request a reset of how people with any other role than head sign in, in all communities",
    frozenset({Role.PLATFORM}),
    rule="R4",
    note="another office approves; nobody resets themselves",
)
ERASE_RESIDENTS = Action(
    "registry",
    "erase a person's data, answer requests for it",
    _COMMITTEE,
    rule="R42",
    note="everybody requests it for themselves",
)
RECORD_CONSENTS = Action(
    "registry",
    "record consents given on paper",
    _OF_THE_COURTYARD | {Role.COMMITTEE},
    rule="R42",
    note="everybody decides for themselves, a guardian for a child of their household",
)
ISSUE_CARDS = Action(
    "registry",
    "issue, print and void households' cards",
    _OF_THE_COURTYARD | {Role.COMMITTEE},
    rule="R6",
    note="members void the card of their own household",
)
ACTIVATE_CARDS = Action(
    "registry",
    "confirm that a household's new card was handed over, so that it pays at once",
    _OF_THE_COURTYARD | {Role.COMMITTEE},
    rule="R6",
    note="another person than issued it, of another household; adult members activate their own household's",
)
APPOINT = Action("registry", "appoint people and end appointments", _COMMITTEE, rule="R4")
READ_PROPOSALS = Action(
    "registry",
    "read proposed appointments, settings and merges",
    _OVERSIGHT | {Role.PLATFORM},
    rule="R4",
    note="the platform's administrators in every community",
)
DECIDE_ON_PROPOSALS = Action(
    "registry",
    "approve or refuse proposed appointments, settings and merges",
    frozenset({Role.BRANCH, Role.PLATFORM}),
    "只有小区党支部和平台管理员可以批准提议",
    "R4",
    "another person than proposed it or is to be appointed; the platform's administrators in every community",
)
DECIDE_ON_RESETS = Action(
    "registry",
    "approve or refuse requested resets of sign-ins, first bindings of offices, and erasures",
    frozenset({Role.BRANCH, Role.COMMITTEE, Role.PLATFORM}),
    "须由提议上写明的其他机构批准",
    "R4",
    "another person than requested it or is concerned; each proposal names the offices: resets by branch or committee, "
    "of the platform's administrators by each other; bindings by another office than the inviter's; erasures by branch "
    "or platform",
)
RULE_ON_SPENDING_WAITS = Action(
    "registry",
    "rule on a new member whom a household refused to let spend its points",
    frozenset({Role.BRANCH, Role.COMMITTEE}),
    "只有小区党支部和社区可以裁定",
    "R6",
    "another person than recorded the member, without an interest in the household",
)
APPOINT_ADMINISTRATORS = Action(
    "registry",
    "appoint platform administrators and end their appointments",
    frozenset({Role.PLATFORM}),
    rule="R1",
    note="in the platform's own community",
)
IMPORT_ROSTERS = Action("registry", "check and import rosters", _COMMITTEE, rule="R5")

# Claims

WRITE_RULEBOOKS = Action(
    "claims", "write and adopt rulebooks", _RUNS_THE_SCHEME, "只有积分管理工作小组和社区可以制定积分细则", "R7"
)
COST_DRAFTS = Action("claims", "cost a draft rulebook", _OVERSIGHT, "积分预算由积分管理工作小组、支部和社区查看")
SUSPEND_DECLARING = Action(
    "claims", "suspend a person's own declaring, and lift it", _GROUP, "只有积分管理工作小组可以暂停或恢复申报"
)
RECORD_ACTS = Action(
    "claims", "record who took part", _RUNS_THE_SCHEME, "只有积分管理工作小组和社区可以登记参与记录", "R11"
)
READ_ALL_SUSPENSIONS = Action("claims", "read everybody's suspensions", _OVERSIGHT, note="people read their own")
DECLARE_FOR_RESIDENT = Action(
    "claims",
    "declare for a resident",
    _OF_THE_COURTYARD,
    "院长可为本院居民代为申报，网格员可为本网格的居民和院长代为申报",
    "R8",
)
DECLARE_FOR_HEAD = Action(
    "claims", "declare for a head", frozenset({Role.GRID_OFFICER}), DECLARE_FOR_RESIDENT.refusal, "R8"
)
READ_CLAIMS = Action(
    "claims",
    "read claims of a courtyard's residents",
    _OVERSIGHT | _OF_THE_COURTYARD,
    rule="R9",
    note="people read the claims they made or declared; heads and grid officers those of public items only",
)
JUDGE_CLAIMS = Action(
    "claims",
    "see a claim's evidence and its flags",
    _GROUP | _OF_THE_COURTYARD | {Role.BRANCH},
    rule="R10",
    note="never of a claim one made or declared; heads and grid officers of public items only",
)
READ_RECORDS_OF_COURTYARD = Action(
    "claims", "read a courtyard's daily records", _OVERSIGHT | _OF_THE_COURTYARD, "没有此院落", "R9"
)
READ_RECORDS_OF_COMMUNITY = Action(
    "claims", "read the community's daily records", _OVERSIGHT, "管理台账由积分管理工作小组、支部和社区查看", "R9"
)

READ_RETENTION = Action(
    "claims",
    "read when how much evidence was deleted",
    _OVERSIGHT,
    "证明材料的清理记录由积分管理工作小组、支部和社区查看",
    "R10",
)

# Review

REVIEW_AS_HEAD = Action(
    "review",
    "give deeds of a courtyard's residents their first review",
    frozenset({Role.HEAD}),
    rule="R12",
    note="unless they or their household have an interest in it",
)
REVIEW_AS_GRID_OFFICER = Action(
    "review",
    "give heads' deeds their first review, and others where the head may not",
    frozenset({Role.GRID_OFFICER}),
    rule="R12",
    note="unless they or their household have an interest in it",
)
APPROVE_DEEDS = Action(
    "review",
    "give the final approval, and the first review where neither head nor grid officer may",
    _GROUP,
    rule="R12, R13",
    note="unless they or their household have an interest in it",
)
READ_REVIEWS = Action(
    "review",
    "read a review and its decisions",
    _GROUP | _OF_THE_COURTYARD | {Role.BRANCH},
    "没有这条审核",
    "R15",
    "the person and their household read their own",
)
LIST_OVERDUE_REVIEWS = Action(
    "review",
    "list every overdue first review",
    _GROUP | {Role.BRANCH},
    rule="R12",
    note="heads and grid officers list those that wait for them",
)
PUBLISH_PERIODS = Action(
    "review", "publish and settle a month's list", _GROUP, "只有积分管理工作小组可以进行此操作", "R14, R17"
)
READ_OBJECTIONS = Action(
    "review",
    "read every objection",
    frozenset({Role.BRANCH}),
    "没有这个异议",
    "R16",
    "residents read their own",
)
RULE_ON_OBJECTIONS = Action(
    "review",
    "rule on objections",
    frozenset({Role.BRANCH}),
    "只有小区党支部可以进行此操作",
    "R16",
    "unless they raised it, or they or their household have an interest in the entry",
)
CORRECT_ENTRIES = Action(
    "review",
    "propose corrections of final entries",
    frozenset({Role.BRANCH}),
    "只有小区党支部可以进行此操作",
    "R16",
    "unless they or their household have an interest in the entry",
)

CONFIRM_CORRECTIONS = Action(
    "review",
    "confirm or refuse proposed corrections",
    frozenset({Role.BRANCH, Role.COMMITTEE}),
    "只有小区党支部和社区可以确认更正",
    "R16",
    "another person than proposed it, without an interest in the entry",
)
READ_CORRECTIONS = Action(
    "review",
    "read proposed corrections",
    _OVERSIGHT,
    "待确认的更正由积分管理工作小组、支部和社区查看",
    "R16",
)

READ_SELF_DEALING = Action(
    "review",
    "read who gained by whose decisions",
    frozenset({Role.BRANCH, Role.COMMITTEE}),
    "只有小区党支部和社区可以查看",
    "R12",
)

# Inspection

ORGANIZE_INSPECTIONS = Action(
    "inspection",
    "adopt checklists, open, assign and close rounds",
    _RUNS_THE_SCHEME,
    "只有工作小组和社区可以组织卫生检查",
    "R18",
)
INSPECT = Action(
    "inspection",
    "record scores, order rectification",
    _RUNS_THE_SCHEME | {Role.ANY_GRID_OFFICER},
    "只有网格员、工作小组和社区可以要求整改",
    "R18",
    "inspectors with a share of the round record in it; nobody in the courtyard they live in or head",
)

# Aggregation

READ_BOOKS = Action(
    "aggregation",
    "read a household's or a head's passbook and payments",
    _OVERSIGHT | _OF_THE_COURTYARD,
    "没有这本积分存折",
    "R23",
    "owners read their own; a head's own book counts to the courtyards they head",
)
READ_LEDGER_OF_COURTYARD = Action(
    "aggregation",
    "read a courtyard's ledger",
    _OVERSIGHT | _OF_THE_COURTYARD,
    "院落台账由院长、网格员、工作小组、党支部和社区查看",
    "R9",
)
READ_LEDGER_OF_COMMUNITY = Action(
    "aggregation",
    "read the community's ledger and the budget",
    _OVERSIGHT,
    "社区台账和积分预算由工作小组、党支部和社区查看",
    "R9",
)
READ_FAIRNESS = Action(
    "aggregation",
    "read how points, declaring and reviews are spread over people",
    _OVERSIGHT,
    "积分分布由工作小组、党支部和社区查看",
    "R41",
    "figures about fewer than five people are left out",
)
VERIFY_LEDGER = Action(
    "aggregation", "verify and rebuild the ledger", frozenset({Role.COMMITTEE}), "只有社区党委可以核对总账", "R20"
)

# Exchange

MANAGE_REWARDS = Action(
    "exchange",
    "manage rewards",
    _RUNS_THE_SCHEME,
    "只有工作小组和社区可以管理兑换商品",
    "R25",
    note="nobody approves what they proposed themselves",
)
HONOUR_BENEFITS = Action(
    "exchange",
    "honour a community benefit's voucher",
    _RUNS_THE_SCHEME | {Role.ANY_GRID_OFFICER},
    "只有网格员、工作小组和社区可以核销社区福利",
    "R25",
)
DECIDE_HONOURS = Action("exchange", "decide on honours", _GROUP, "只有工作小组可以评定荣誉", "R26")
ESTABLISH_HONOURS = Action(
    "exchange", "establish honours programmes", _RUNS_THE_SCHEME, "只有工作小组和社区可以管理兑换商品", "R26"
)
READ_ALL_HONOURS = Action(
    "exchange", "read every candidate and decision", _OVERSIGHT, "只有工作小组、社区和支部可以查看候选名单", "R26"
)
MANAGE_MERCHANTS = Action(
    "exchange", "admit and change merchants", frozenset({Role.COMMITTEE}), "只有社区可以管理合作商户", "R27"
)
MANAGE_KEYS = Action(
    "exchange",
    "manage a merchant's shops and keys",
    frozenset({Role.OPERATOR, Role.COMMITTEE}),
    "只有该商户的经办人和社区可以管理密钥",
    "R27",
)
OPERATE_MERCHANT = Action(
    "exchange",
    "read a merchant's settlements, reconcile, manage its webhooks and deliveries",
    frozenset({Role.OPERATOR}),
    "只有该商户的经办人可以查看账目、对账和管理事件通知",
    "R27",
)
SPEND_FOR_OTHERS = Action(
    "exchange",
    "order for a resident",
    _OF_THE_COURTYARD,
    "只能为本户、本院落或本网格的居民代办",
    "R6",
    "with the person's pay code, their household's card and PIN, or their consent; members of the household order for "
    "each other",
)
TELL_ON_PAPER = Action(
    "exchange",
    "list whom to tell on paper what was ordered or declared for them, and note that it was done",
    _OF_THE_COURTYARD | {Role.COMMITTEE},
    rule="R6",
    note="never of what one ordered or declared oneself",
)


# Engagement

ORGANIZE_ACTIVITIES = Action(
    "engagement",
    "prepare, publish, change and cancel activities, read who signed up",
    _RUNS_THE_SCHEME | {Role.ANY_GRID_OFFICER},
    "只有网格员、工作小组和社区可以组织活动",
    "R29",
    "the activity's hosts read who signed up for it",
)
MANAGE_COURSES = Action(
    "engagement",
    "prepare, publish and retire courses, read the answers of their quiz",
    _RUNS_THE_SCHEME,
    "只有工作小组和社区可以管理课程",
    "R30",
)
SIGN_UP_RESIDENTS = Action(
    "engagement",
    "sign residents up for activities, withdraw them, accept places for them",
    _OF_THE_COURTYARD,
    "只能为本户、本院落或本网格的居民报名",
    "R29",
    "members of a household sign up each other",
)

POST_FOR_RESIDENTS = Action(
    "engagement",
    "post for residents",
    _OF_THE_COURTYARD,
    "只能为本院落或本网格的居民代发",
    "R31",
    "everybody posts and comments for themselves; authors withdraw and appeal",
)
MODERATE_POSTS = Action(
    "engagement",
    "show and hide posts and comments, with reasons",
    _RUNS_THE_SCHEME | {Role.ANY_GRID_OFFICER},
    "只有网格员、工作小组和社区可以管理居民说事",
    "R31",
    "never those of their own household",
)
RULE_ON_APPEALS = Action(
    "engagement",
    "rule on appeals against hiding a post or comment",
    frozenset({Role.BRANCH}),
    "只有党支部可以裁定申诉",
    "R31",
    "never on what they hid, or on their own household's",
)
ANSWER_SUGGESTIONS = Action(
    "engagement",
    "receive, consider, adopt, decline and close suggestions; run meetings about them",
    _OVERSIGHT | {Role.ANY_GRID_OFFICER},
    "只有网格员、工作小组、党支部和社区可以办理建议",
    "R31",
    "never those of their own household; authors open theirs again",
)

MANAGE_SURVEYS = Action(
    "engagement",
    "prepare, open and close surveys, read texts of their answers",
    _RUNS_THE_SCHEME | {Role.ANY_GRID_OFFICER},
    "只有网格员、工作小组和社区可以组织征求意见",
    "R32",
    "residents answer for themselves or their household; everybody reads results after the close",
)
FOLLOW_UP_SURVEYS = Action(
    "engagement",
    "type in answers on paper, read who has not answered",
    _OF_THE_COURTYARD | _RUNS_THE_SCHEME,
    "只能查看和代录本院落、本网格的填写情况",
    "R32",
)


# Publicity

ANNOUNCE = Action(
    "publicity",
    "prepare, send and withdraw announcements",
    _OVERSIGHT | _OF_THE_COURTYARD,
    "只能向自己负责的院落或网格发公告",
    "R34",
    "heads and grid officers to their own courtyards alone, and they change only what they drafted",
)


RECORD_REACH = Action(
    "publicity",
    "read which households know of an announcement, record visits and postings",
    _OVERSIGHT | _OF_THE_COURTYARD,
    "只能查看和登记自己负责的院落或网格",
    "R36",
    "heads and grid officers of their own courtyards, on the day of sending",
)


def actions() -> dict[str, Action]:
    """Return every action of this module by its name."""
    return {name: value for name, value in globals().items() if isinstance(value, Action)}
