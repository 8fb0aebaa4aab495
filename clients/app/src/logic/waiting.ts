// Which page shows what waits for a person, by its kind in `GET /v1/me/home`.
import type { components } from "@shanzhi/client";

export type WaitingKind = components["schemas"]["Waiting"]["kind"];

/** Kinds without a page here are for offices, who work at a desk. */
export const PAGE_OF: Partial<Record<WaitingKind, string>> = {
  claims_returned: "/pages/claims/claims?status=returned",
  orders_to_consent: "/pages/orders/orders?status=awaiting_consent",
  orders_unseen: "/pages/orders/orders?unseen=true",
  vouchers_to_redeem: "/pages/orders/orders?status=confirmed",
  first_reviews: "/staff/reviews",
  bindings_to_confirm: "/pages/settings/sign-ins",
  consents_missing: "/pages/settings/consents",
  spending_waits: "/pages/settings/spending",
  cards_to_activate: "/pages/pay/pay",
};
