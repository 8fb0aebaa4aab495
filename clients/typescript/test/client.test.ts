import { describe, expect, test } from "vitest";
import { memoryTokens, NetworkError, newKey, Problem, type TransportRequest } from "../src";
import { platform, problem, SESSION } from "./fakes";

const CLAIM = { item: "cleanup", happened_at: "2026-11-05T08:30:00Z", place: "三排东头", cause: "清扫巷道" };
const LOST = new Error("connection reset");
const authorization = (request?: TransportRequest) => request?.headers.Authorization;

describe("requests", () => {
  test("values of a path and a query are encoded, and values left out are not sent", async () => {
    const { client, requests } = platform([{ body: { data: [] } }, { body: {} }]);
    await client.call("get", "/v1/claims", { query: { status: ["returned", "refused"], limit: 5, cursor: undefined } });
    await client.call("get", "/v1/claims/{claim_id}", { path: { claim_id: "clm_1/../x" } });
    expect(requests.map(({ url }) => url)).toEqual([
      "http://platform/v1/claims?status=returned%2Crefused&limit=5",
      "http://platform/v1/claims/clm_1%2F..%2Fx",
    ]);
  });

  test("a path is not sent without its value", async () => {
    const { client, requests } = platform([]);
    await expect(client.call("get", "/v1/claims/{claim_id}", { path: { claim_id: "" } })).rejects.toThrow("claim_id");
    expect(requests).toEqual([]);
  });

  test("an answer without a body is undefined", async () => {
    const { client } = platform([{ status: 204 }]);
    expect(await client.call("delete", "/v1/sessions/current")).toBeUndefined();
  });

  test("each POST has a key of its own, and the key of the form if it has one", async () => {
    const { client, requests } = platform([{ status: 201 }, { status: 201 }, { status: 201 }]);
    await client.call("post", "/v1/me/paycode", { body: {} });
    await client.call("post", "/v1/me/paycode", { body: {} });
    await client.call("post", "/v1/claims", { body: CLAIM, key: "form-1" });
    const keys = requests.map(({ headers }) => headers["Idempotency-Key"]);
    expect(new Set(keys).size).toBe(3);
    expect(keys[2]).toBe("form-1");
  });

  test("keys of a device without crypto differ as well", () => {
    const crypto = globalThis.crypto;
    Object.defineProperty(globalThis, "crypto", { value: undefined, configurable: true });
    try {
      expect(new Set(Array.from({ length: 1000 }, newKey)).size).toBe(1000);
    } finally {
      Object.defineProperty(globalThis, "crypto", { value: crypto, configurable: true });
    }
  });
});

describe("refusals and lost answers", () => {
  test("a refusal has the code, the Chinese text and the fields of its problem", async () => {
    const errors = [{ pointer: "/place", detail: "缺少" }];
    const { client } = platform([problem(422, "invalid_request", { errors, facts: { cap: 3 }, request_id: "r1" })]);
    const refusal = await client.call("get", "/v1/me").catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Problem);
    expect(refusal).toMatchObject({ code: "invalid_request", status: 422, message: "拒绝：invalid_request", errors });
    expect(refusal).toMatchObject({ facts: { cap: 3 }, requestId: "r1" });
  });

  test("a refusal that is not JSON is a problem of its status", async () => {
    const { client } = platform([], { transport: async () => ({ status: 413, headers: {}, text: "<html>too large" }) });
    await expect(client.call("get", "/v1/me")).rejects.toMatchObject({ status: 413, code: "http_error" });
  });

  test("a lost answer is repeated with the same key, and a network error when none comes", async () => {
    const { client, requests, waits } = platform([LOST, LOST, LOST]);
    await expect(client.call("post", "/v1/claims", { body: CLAIM, key: "form-1" })).rejects.toBeInstanceOf(NetworkError);
    expect(requests.map(({ headers }) => headers["Idempotency-Key"])).toEqual(["form-1", "form-1", "form-1"]);
    expect(waits).toEqual([0.5, 1]);
  });

  test("a call is repeated after the seconds that the answer names", async () => {
    const busy = { ...problem(503, "temporarily_unavailable", { retryable: true }), headers: { "retry-after": "3" } };
    const { client, waits } = platform([busy, { body: { data: [] } }]);
    await client.call("get", "/v1/claims");
    expect(waits).toEqual([3]);
  });

  test("a wait longer than allowed is left to the caller", async () => {
    const limited = { ...problem(429, "rate_limited", { retryable: true }), headers: { "retry-after": "55" } };
    const { client, waits } = platform([limited]);
    await expect(client.call("get", "/v1/claims")).rejects.toMatchObject({ retryAfter: 55, retryable: true });
    expect(waits).toEqual([]);
  });

  test("a refusal for good is not repeated", async () => {
    const { client, requests } = platform([problem(422, "cap_reached")]);
    await expect(client.call("post", "/v1/claims", { body: CLAIM, key: "form-1" })).rejects.toBeInstanceOf(Problem);
    expect(requests).toHaveLength(1);
  });

  test("signing in is not repeated after a lost answer, since its code is valid once", async () => {
    const { client, requests } = platform([LOST]);
    await expect(client.signIn({ wechat_code: "fake-zhang" })).rejects.toBeInstanceOf(NetworkError);
    expect(requests).toHaveLength(1);
    expect(client.signedIn).toBe(false);
  });
});

describe("the session", () => {
  const NEXT = { ...SESSION, access_token: "access-2", refresh_token: "refresh-2" };

  test("calls carry the access token of the last sign-in", async () => {
    const { client, requests } = platform([{ status: 201, body: SESSION }, { body: {} }]);
    await client.signIn({ phone: "13800000001", password: "correct-horse" });
    await client.call("get", "/v1/me");
    expect(requests.map(authorization)).toEqual([undefined, "Bearer access-1"]);
  });

  test("a token that is about to end is exchanged before the call", async () => {
    const { client, requests, clock } = platform([{ body: SESSION }, { body: NEXT }, { body: {} }]);
    await client.signIn({ wechat_code: "fake-zhang" });
    clock.now = 890_000;
    await client.call("get", "/v1/me");
    expect(requests[1]?.url).toBe("http://platform/v1/sessions/refresh");
    expect(requests[1]?.body).toBe('{"refresh_token":"refresh-1"}');
    expect(authorization(requests[2])).toBe("Bearer access-2");
  });

  test("calls at the same time exchange the token once", async () => {
    const { client, requests, clock } = platform([{ body: SESSION }, { body: NEXT }, { body: {} }, { body: {} }, { body: {} }]);
    await client.signIn({ wechat_code: "fake-zhang" });
    clock.now = 890_000;
    await Promise.all([client.call("get", "/v1/me"), client.call("get", "/v1/claims"), client.call("get", "/v1/orders")]);
    expect(requests.filter(({ url }) => url.endsWith("/refresh"))).toHaveLength(1);
    expect(requests.slice(2).map(authorization)).toEqual(Array(3).fill("Bearer access-2"));
  });

  test("a token refused early is exchanged, and the call sent again with its key", async () => {
    const { client, requests } = platform([
      { body: SESSION },
      problem(401, "token_invalid"),
      { body: NEXT },
      { status: 201, body: { id: "clm_1" } },
    ]);
    await client.signIn({ wechat_code: "fake-zhang" });
    expect(await client.call("post", "/v1/claims", { body: CLAIM, key: "form-1" })).toEqual({ id: "clm_1" });
    expect(requests[3]?.headers).toMatchObject({ Authorization: "Bearer access-2", "Idempotency-Key": "form-1" });
  });

  test("tokens that another window exchanged are used, not exchanged again", async () => {
    const tokens = memoryTokens();
    const { client, requests } = platform([{ body: SESSION }, problem(401, "token_invalid"), { body: {} }], { tokens });
    await client.signIn({ wechat_code: "fake-zhang" });
    const call = client.call("get", "/v1/me");
    await Promise.resolve();
    tokens.write({ access: "access-of-the-other", refresh: "refresh-9", expiresAt: 900_000 });
    await call;
    expect(authorization(requests[2])).toBe("Bearer access-of-the-other");
  });

  test.each([
    ["a revoked session", [problem(401, "session_revoked")]],
    ["a refresh token that is refused", [problem(401, "token_invalid"), problem(401, "session_revoked")]],
  ])("%s signs out and says so once", async (_, replies) => {
    let signedOut = 0;
    const { client } = platform([{ body: SESSION }, ...replies], { onSignedOut: () => (signedOut += 1) });
    await client.signIn({ wechat_code: "fake-zhang" });
    await expect(client.call("get", "/v1/me")).rejects.toBeInstanceOf(Problem);
    expect(client.signedIn).toBe(false);
    expect(signedOut).toBe(1);
  });

  test("a refresh without network leaves the session as it is", async () => {
    const { client, clock } = platform([{ body: SESSION }, LOST, LOST, LOST, { body: NEXT }, { body: {} }]);
    await client.signIn({ wechat_code: "fake-zhang" });
    clock.now = 890_000;
    await expect(client.call("get", "/v1/me")).rejects.toBeInstanceOf(NetworkError);
    expect(client.signedIn).toBe(true);
    await client.call("get", "/v1/me");
  });

  test("signing out without network forgets the tokens here", async () => {
    const { client } = platform([{ body: SESSION }, LOST, LOST, LOST]);
    await client.signIn({ wechat_code: "fake-zhang" });
    await client.signOut();
    expect(client.signedIn).toBe(false);
  });
});
