// What a mini-program and a till do, with the types that openapi-typescript generates without options.
import createClient from "openapi-fetch";
import type { components, paths } from "./api";

type Problem = components["schemas"]["Problem"];
type PaymentNotice = components["schemas"]["PaymentCapturedNotice"];

const api = createClient<paths>({ baseUrl: "https://points.example" });

function explain(problem: Problem): string {
  switch (problem.code) {
    case "cap_reached":
      return problem.detail;
    case "session_revoked":
      return "sign in again";
    default:
      return `${problem.status} ${problem.request_id}`;
  }
}

export async function declare(key: string): Promise<string> {
  // Neither quantity nor person_id nor evidence_ids is given: they have defaults.
  const { data, error, response } = await api.POST("/v1/claims", {
    params: { header: { "Idempotency-Key": key } },
    body: { item: "cleanup", happened_at: "2026-11-05T08:30:00Z", place: "三排东头", cause: "清扫巷道" },
  });
  if (error) return explain(error);
  const replayed: string | null = response.headers.get("Idempotent-Replayed");
  return `${data.id} ${data.status} ${replayed}`;
}

export async function home(): Promise<string> {
  const { data, error } = await api.GET("/v1/me");
  if (error) return explain(error);
  // Household and courtyard are typed, and may be missing.
  const household: string | undefined = data.household?.code;
  const number: number | undefined = data.courtyard?.number;
  return `${data.person.name} ${household} ${number} ${data.roles.map((seat) => seat.role)}`;
}

export async function returned(): Promise<string[]> {
  const { data } = await api.GET("/v1/claims", { params: { query: { status: ["returned"] } } });
  return (data?.data ?? []).map((claim) => claim.title);
}

export async function picture(orderId: string): Promise<unknown> {
  const { data } = await api.GET("/v1/orders/{order_id}/voucher.{form}", {
    params: { path: { order_id: orderId, form: "png" } },
    parseAs: "blob",
  });
  return data;
}

export async function captureAll(paymentId: string, key: string): Promise<string> {
  // Without a body everything that was authorized is captured.
  const { data, error } = await api.POST("/v1/merchant/authorizations/{payment_id}/capture", {
    params: { path: { payment_id: paymentId }, header: { "Idempotency-Key": key } },
  });
  return error ? explain(error) : data.status;
}

export async function rotate(endpointId: string, key: string): Promise<string> {
  const { data, error } = await api.POST("/v1/merchant/webhook-endpoints/{endpoint_id}/rotate-secret", {
    params: { path: { endpoint_id: endpointId }, header: { "Idempotency-Key": key } },
  });
  return error ? explain(error) : data.secret;
}

export function receive(notice: PaymentNotice): string {
  return `${notice.type} ${notice.timestamp} ${notice.data.authorization_id}`;
}

export async function mistakes(): Promise<void> {
  // @ts-expect-error a field that the form does not have
  await api.POST("/v1/claims", { params: { header: { "Idempotency-Key": "1" } }, body: { itm: "cleanup" } });
  // @ts-expect-error a claim needs a key
  await api.POST("/v1/claims", { body: { item: "a", happened_at: "", place: "", cause: "" } });
  // @ts-expect-error a status that no claim has
  await api.GET("/v1/claims", { params: { query: { status: "lost" } } });
}
