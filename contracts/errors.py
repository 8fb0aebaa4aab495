"""The errors that services and gateway raise: a stable `code` for programs, a Chinese `message` for people.

Each error belongs to one family, and the gateway answers each family with one HTTP status. The three arguments of an
error are sent over RPC: `detail` (the cause and the remedy, in Chinese), `errors` (JSON pointers) and `facts` (values).
"""

import json
from typing import Any


class Refusal(Exception):
    """The base class of all errors. The request was rejected and changed nothing."""

    code = "refused"
    message = "请求被拒绝"
    retryable = False

    def __init__(
        self,
        detail: str = "",
        errors: list[dict[str, str]] | None = None,
        facts: dict[str, Any] | str | None = None,
    ) -> None:
        # JSON text, because nameko turns numbers in the arguments of an exception into strings.
        text = facts if isinstance(facts, str) else json.dumps(facts or {}, ensure_ascii=False)
        super().__init__(detail or self.message, errors or [], text)

    @property
    def detail(self) -> str:
        return str(self.args[0])

    @property
    def errors(self) -> list[dict[str, str]]:
        """The invalid parts of the request: `[{"pointer": "/quantity", "detail": "…"}]`."""
        return list(self.args[1])

    @property
    def facts(self) -> dict[str, Any]:
        """Values that explain the error, e.g. `{"available": 42}`."""
        return dict(json.loads(self.args[2]))

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"


# Families -----------------------------------------------------------------------------------------


class Malformed(Refusal):
    code = "malformed_request"
    message = "请求格式不正确"


class Unauthorized(Refusal):
    code = "unauthorized"
    message = "请先登录"


class Forbidden(Refusal):
    code = "forbidden"
    message = "您没有权限进行此操作"


class NotFound(Refusal):
    code = "not_found"
    message = "没有找到"


class Conflict(Refusal):
    code = "conflict"
    message = "与当前状态冲突"


class Gone(Refusal):
    code = "gone"
    message = "已失效"


class UnsupportedMediaType(Refusal):
    code = "unsupported_media_type"
    message = "不支持该内容类型"


class Invalid(Refusal):
    code = "invalid_request"
    message = "请求内容不符合规则"


class Limited(Refusal):
    code = "rate_limited"
    message = "请求过于频繁，请稍后再试"
    retryable = True


class Unavailable(Refusal):
    code = "temporarily_unavailable"
    message = "服务暂时不可用，请稍后重试"
    retryable = True


# Requests -----------------------------------------------------------------------------------------


class TokenInvalid(Unauthorized):
    code = "token_invalid"
    message = "登录已过期，请刷新后重试"


class NotBound(Unauthorized):
    code = "not_bound"
    message = "该微信账号尚未绑定居民，请先用邀请码绑定"


class IdempotencyKeyMissing(Malformed):
    code = "idempotency_key_missing"
    message = "缺少 Idempotency-Key 请求头"


class IdempotencyKeyReused(Invalid):
    code = "idempotency_key_reused"
    message = "该幂等键已用于内容不同的请求，请更换"


class RequestInProgress(Conflict):
    code = "request_in_progress"
    message = "相同的请求正在处理中，请稍后重试"
    retryable = True


# Sessions and people ------------------------------------------------------------------------------


class InvalidCredentials(Unauthorized):
    code = "invalid_credentials"
    message = "手机号或密码不正确"


class PasswordWrong(Invalid):
    code = "password_wrong"
    message = "原密码不正确"


class SecondFactorRequired(Unauthorized):
    code = "second_factor_required"
    message = "请输入验证器上的六位验证码"


class SecondFactorInvalid(Unauthorized):
    code = "second_factor_invalid"
    message = "验证码不正确或已使用，请输入新的验证码"


class SecondFactorMissing(Forbidden):
    code = "second_factor_missing"
    message = "您的职务要求两步验证，请先绑定验证器再使用"


class SessionRevoked(Unauthorized):
    code = "session_revoked"
    message = "登录已失效，请重新登录"


class RoleMissing(Forbidden):
    code = "role_missing"
    message = "您的职责不允许此操作"


class InvitationInvalid(Invalid):
    code = "invitation_invalid"
    message = "邀请码无效或已使用"


class PhoneUnknown(Invalid):
    code = "phone_unknown"
    message = "该手机号没有登记，请联系院长或网格员登记，或使用邀请码"


class InvitationRequired(Forbidden):
    code = "invitation_required"
    message = "担任职务的人员不能用手机号绑定微信，请使用社区给的邀请码"


class PhoneCountryUnsupported(Invalid):
    code = "phone_country_unsupported"
    message = "只支持中国大陆（+86）手机号，请使用邀请码绑定"


class CommunityAmbiguous(Conflict):
    code = "community_ambiguous"
    message = "该手机号在几个社区都有登记，请选择社区"


class AlreadyBound(Conflict):
    code = "already_bound"
    message = "该微信账号已绑定居民"


class BindingWaits(Conflict):
    code = "binding_waits"
    message = "该居民已绑定另一微信，请本人在已登录的手机上确认，或到社区重置"


class BindingUnproven(Conflict):
    code = "binding_unproven"
    message = "此人担任职务，请用本人登记的手机号验证，或请另一机构的工作人员当面核对验证数字后确认"


class AlreadyExists(Conflict):
    code = "already_exists"
    message = "已经存在"


class AppointmentConflict(Conflict):
    code = "appointment_conflict"
    message = "该职务在此期间已有人担任"


class SelfAppointment(Forbidden):
    code = "self_appointment"
    message = "不能任命本人或本户成员，请由其他人任命"


class OfficesIncompatible(Conflict):
    """One person may not hold both offices here; `facts` name them and the other appointment."""

    code = "offices_incompatible"
    message = "该职务与此人已担任的职务不相容，请另选人员，或先结束原任职"


class CourtyardInUse(Conflict):
    code = "courtyard_in_use"
    message = "院落仍有住户或院长，不能撤销"


class CourtyardGone(Conflict):
    code = "courtyard_dissolved"
    message = "该院落已撤销"


class MoveTooEarly(Conflict):
    code = "move_too_early"
    message = "日期不能早于上一次变动"


class GuardianConsentRequired(Invalid):
    code = "guardian_consent_required"
    message = "未满十四周岁，须由监护人同意"


class RosterInvalid(Invalid):
    code = "roster_invalid"
    message = "花名册有错误，未导入任何内容"


# Claims -------------------------------------------------------------------------------------------


class NoRulebook(Invalid):
    code = "no_rulebook"
    message = "行为发生当日没有生效的积分细则"


class RulebookInvalid(Invalid):
    code = "rulebook_invalid"
    message = "积分细则有错误"


class UnknownItem(Invalid):
    code = "unknown_item"
    message = "积分细则中没有此项目"


class NotEligible(Invalid):
    code = "not_eligible"
    message = "此项目不适用于该申报对象"


class EvidenceMissing(Invalid):
    code = "evidence_missing"
    message = "此项目需要提供证明材料"


class PhotosRefused(Invalid):
    code = "photos_refused"
    message = "此居民不同意使用照片，请改用文字或文件证明"


class EvidenceUnusable(Invalid):
    code = "evidence_unusable"
    message = "证明材料无法使用"


class FileLimitExceeded(Invalid):
    """Decoding an upload takes more memory, processor time or time than is allowed; `facts` name the limit."""

    code = "file_limit_exceeded"
    message = "文件超出处理上限"


class DecodingBusy(Limited):
    code = "decoding_busy"
    message = "同时处理的文件过多，请稍后再试"


class DocumentsBusy(Unavailable):
    code = "documents_busy"
    message = "同时生成的文件过多，请稍后再试"


class DocumentTooLarge(Invalid):
    """Making a document takes more memory, processor time or time than is allowed."""

    code = "document_too_large"
    message = "内容过多，无法生成文件，请缩小范围"


class UploadQuotaReached(Limited):
    """A person may upload so many files and bytes a day; `facts` give both."""

    code = "upload_quota_reached"
    message = "您今天上传的文件已达上限，请明天再传"
    retryable = False


class CapReached(Invalid):
    code = "cap_reached"
    message = "已达到此项目的积分上限"


class TooLate(Invalid):
    code = "too_late"
    message = "已超过申报期限"


class EarningOff(Invalid):
    """The community does not let records of this kind earn (R33)."""

    code = "earning_off"
    message = "本社区不对此类记录计分"


class DeclaringSuspended(Forbidden):
    code = "declaring_suspended"
    message = "您的申报已被暂停"


class InTheFuture(Invalid):
    code = "in_the_future"
    message = "行为时间不能晚于现在"


class DeductionsOff(Invalid):
    code = "deductions_off"
    message = "本社区未启用扣分项目"


class WrongState(Conflict):
    code = "wrong_state"
    message = "当前状态不允许此操作"


# Review -------------------------------------------------------------------------------------------


class Recused(Forbidden):
    code = "recused"
    message = "与您本人或本户有关，应当回避"


class AlreadyDecided(Conflict):
    code = "already_decided"
    message = "已经作出决定"


class ReasonRequired(Invalid):
    code = "reason_required"
    message = "请说明理由"


class PeriodAlreadyPublished(Conflict):
    code = "period_already_published"
    message = "本月名单已公示"


class PeriodNotPublished(Conflict):
    code = "period_not_published"
    message = "本月名单尚未公示"


class PeriodAlreadySettled(Conflict):
    code = "period_already_settled"
    message = "本月积分已结算"


class PeriodNotEnded(Conflict):
    code = "period_not_ended"
    message = "该月份尚未到来"


class NothingToPublish(Conflict):
    code = "nothing_to_publish"
    message = "本月没有可公示的条目"


class DailyLimitReached(Invalid):
    """What one person may approve or correct in a day is used up; `facts` give limit and used points."""

    code = "daily_limit_reached"
    message = "已达到您今日可审核或更正的积分上限，请由其他成员办理，或明日继续"


class NoBranch(Conflict):
    code = "no_branch"
    message = "社区尚无小区党支部受理异议，不能公示"


class WindowOpen(Conflict):
    code = "window_open"
    message = "公示期尚未结束"


class WindowClosed(Conflict):
    code = "window_closed"
    message = "公示期已结束"


class AlreadyObjected(Conflict):
    code = "already_objected"
    message = "该条目已有异议正在处理"


class NotFinal(Conflict):
    code = "not_final"
    message = "该条目尚未最终确认"


# Inspection ---------------------------------------------------------------------------------------


class InspectionClosedAlready(Conflict):
    code = "inspection_closed"
    message = "本轮检查已经结束"


class CourtyardsMissing(Conflict):
    code = "courtyards_missing"
    message = "仍有院落未检查"


class StaleVersion(Conflict):
    code = "stale_version"
    message = "已有更新的版本"


# Engagement ---------------------------------------------------------------------------------------


class SignUpClosed(Conflict):
    """`facts` have the activity's phase."""

    code = "sign_up_closed"
    message = "现在不能报名"


class AlreadySignedUp(Conflict):
    """`facts` name the people who take part already."""

    code = "already_signed_up"
    message = "已经报过名"


class PartyTooLarge(Invalid):
    """`facts` have the most people of a household, and how many of it take part already."""

    code = "party_too_large"
    message = "报名人数超过每户上限"


class PlacesTaken(Conflict):
    code = "places_taken"
    message = "名额已被占用"


class DrawWaits(Conflict):
    """`facts` say when the order of sign-ups decides instead."""

    code = "draw_waits"
    message = "积分账本在报名截止后尚未封存区块，请稍后再抽签"


class PresenceCodeInvalid(Invalid):
    code = "presence_code_invalid"
    message = "签到码不是本活动的，请扫描主持人屏幕上的签到码"


class PresenceCodeExpired(Invalid):
    code = "presence_code_expired"
    message = "签到码已过期，请扫描主持人屏幕上正在显示的签到码"


class PresenceNotOpen(Conflict):
    """`facts` say from when to when."""

    code = "presence_not_open"
    message = "不在签到或签退的时间内"


class HeadCountDiffers(Conflict):
    """`facts` have the head count and how many checked in and out."""

    code = "head_count_differs"
    message = "清点人数与签退人数不一致"


class BatchSignatureInvalid(Forbidden):
    code = "batch_signature_invalid"
    message = "离线签到记录的签名不正确，请用接收签到的设备上传"


class SurveyNotOpen(Conflict):
    code = "survey_not_open"
    message = "征求意见表没有开放，或已经截止"


class AlreadyAnswered(Conflict):
    code = "already_answered"
    message = "已经填写过"


class QuizAttemptsUsed(Invalid):
    """`facts` have the attempts of a day."""

    code = "quiz_attempts_used"
    message = "今天的答题次数已经用完"


class OfferLapsed(Gone):
    code = "offer_lapsed"
    message = "保留的名额已逾期，让给了下一位"


# Ledger and exchange ----------------------------------------------------------------------------


class InsufficientPoints(Invalid):
    code = "insufficient_points"
    message = "可用积分不足"


class AccountClosed(Invalid):
    code = "account_closed"
    message = "此户已不在本社区，积分保留，暂不能兑换"


class OutOfStock(Conflict):
    code = "out_of_stock"
    message = "已兑完"


class LimitReached(Invalid):
    code = "limit_reached"
    message = "已达到限兑数量"


class CodesTaken(Conflict):
    code = "codes_taken"
    message = "有券码已经上传过，未添加任何券码"


class RewardUnavailable(Conflict):
    code = "reward_unavailable"
    message = "该商品当前不可兑换"


class HoldUnknown(NotFound):
    code = "hold_unknown"
    message = "没有此笔冻结"


class HoldAlreadyResolved(Conflict):
    code = "hold_already_resolved"
    message = "该笔冻结已经处理"


class EntryNotSealed(NotFound):
    code = "entry_not_sealed"
    message = "该记录尚未封存"
    retryable = True


class AmountExceedsHold(Invalid):
    code = "amount_exceeds_hold"
    message = "金额超过冻结积分"


class VoucherNotFound(NotFound):
    code = "voucher_not_found"
    message = "没有此兑换券"


class VoucherAlreadyRedeemed(Conflict):
    code = "voucher_already_redeemed"
    message = "该兑换券已核销"


class VoucherExpired(Gone):
    code = "voucher_expired"
    message = "该兑换券已过期"


class RedemptionNotUndoable(Conflict):
    """`facts` have the `reason`: `undone`, `too_late` or `another_till`."""

    code = "redemption_not_undoable"
    message = "该核销不能撤销"


class WrongMerchant(Forbidden):
    code = "wrong_merchant"
    message = "该兑换券不在本店使用"


class ScopeMissing(Forbidden):
    code = "scope_missing"
    message = "密钥没有此项权限"


class KeyInvalid(Unauthorized):
    code = "key_invalid"
    message = "密钥无效或已停用"


class SignatureInvalid(Unauthorized):
    code = "signature_invalid"
    message = "请求签名缺失或无效"


class SignatureExpired(Unauthorized):
    code = "signature_expired"
    message = "签名时间与服务器时间相差超过五分钟，请校准时钟后重新签名"


class NonceReplayed(Unauthorized):
    code = "nonce_replayed"
    message = "该签名已经用过，请用新的 nonce 重新签名"


class PaycodeInvalid(Invalid):
    code = "paycode_invalid"
    message = "付款码无效、已使用或已过期"


class PriorityCodeInvalid(Invalid):
    code = "priority_code_invalid"
    message = "优先码无效、已使用或已过期"


class CardInvalid(Invalid):
    code = "card_invalid"
    message = "没有此户码卡，或已作废"


class PinWrong(Forbidden):
    code = "pin_wrong"
    message = "密码不正确"


class CardLocked(Forbidden):
    code = "card_locked"
    message = "密码连续输错，户码卡已暂停使用"


class CardNotActive(Forbidden):
    """`facts`: `active_from`, from when on the card pays if its household does not void it."""

    code = "card_not_active"
    message = "此户码卡尚未启用，请由本户成员或另一位工作人员确认"


class ProxyLimitReached(Invalid):
    code = "proxy_limit_reached"
    message = "已达到每日代办积分上限"


class SpendingWaits(Forbidden):
    """`facts`: `spends_from`, when they spend if nobody agrees or refuses (None: not before that), and `state`."""

    code = "spending_waits"
    message = "您暂不能使用本户积分"


class CardLimitReached(Invalid):
    code = "card_limit_reached"
    message = "已达到户码卡每日支付上限"


class ReferenceReused(Conflict):
    code = "merchant_reference_reused"
    message = "商户订单号已使用"


class TooManyKeys(Conflict):
    code = "too_many_keys"
    message = "每种模式最多同时启用两个密钥，请先停用旧密钥"


class TooManyEndpoints(Conflict):
    code = "too_many_endpoints"
    message = "每种模式最多五个回调地址"


class MerchantSuspended(Conflict):
    code = "merchant_suspended"
    message = "该商户已停用"


class TestModeOnly(Forbidden):
    code = "test_mode_only"
    message = "仅测试密钥可用"
