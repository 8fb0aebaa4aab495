/** The calls of a till. A request without an answer is repeated with the same key, so that it has one effect. */

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import { signedHeaders } from "./signing.js";

/** Codes after which another attempt may get the answer: the previous attempt arrived and its answer was lost. */
const RETRYABLE = new Set(["nonce_replayed"]);

/** The platform rejected the request; nothing changed. `code` is stable, `detail` is for the cashier. */
export class Refused extends Error {
  constructor(status, problem) {
    super(`${problem.code}: ${problem.detail}`);
    this.status = status;
    this.code = problem.code ?? "unknown";
    this.detail = problem.detail ?? "";
    this.facts = problem.facts ?? {};
    this.errors = problem.errors ?? [];
    this.requestId = problem.request_id;
  }
}

/** No answer within `retryFor` milliseconds. Use `idempotencyKey` to send the same request again later. */
export class NoAnswer extends Error {
  constructor(idempotencyKey) {
    super("no answer from the platform");
    this.idempotencyKey = idempotencyKey;
  }
}

/**
 * A merchant's connection with one API key.
 *
 * Each call resolves to the answer, or rejects with `Refused`, or with `NoAnswer` after retrying for `retryFor`
 * milliseconds; an attempt takes at most `timeout` milliseconds. Pass an `idempotencyKey` that survives a restart of
 * the till; by default a random one is used. Without `signingSecret` requests are not signed, which suffices for test
 * keys and for reading. `language` "en" asks for problems in English.
 */
export class Merchant {
  #url;
  #key;
  #signer;
  #timeout;
  #retryFor;
  #language;
  #fetch;

  constructor(
    url,
    { key, keyId = "", signingSecret = "", timeout = 6000, retryFor = 30000, language = "zh", fetch: send = fetch },
  ) {
    this.#url = `${url.replace(/\/+$/, "")}/v1/merchant`;
    this.#key = key;
    this.#signer = signingSecret ? { keyId, signingSecret } : null;
    this.#timeout = timeout;
    this.#retryFor = retryFor;
    this.#language = language;
    this.#fetch = send;
  }

  /** Return what a voucher is valid for, without redeeming it. */
  verify(code) {
    return this.request("POST", "/voucher-verifications", { code });
  }

  /** Redeem a voucher; once across all tills. */
  redeem(code, { merchantReference, till, idempotencyKey } = {}) {
    const form = { code, merchant_reference: merchantReference, till };
    return this.request("POST", "/voucher-redemptions", form, idempotencyKey);
  }

  /** Hold points for ten minutes. */
  authorize(paycode, points, { merchantReference, till, idempotencyKey }) {
    const form = { paycode, points, merchant_reference: merchantReference, till };
    return this.request("POST", "/authorizations", form, idempotencyKey);
  }

  /** Return the current state of an authorization. */
  authorization(id) {
    return this.request("GET", `/authorizations/${encodeURIComponent(id)}`);
  }

  /** Capture all held points, or `points` of them; the rest is released. */
  capture(id, { points, idempotencyKey } = {}) {
    return this.request("POST", `/authorizations/${encodeURIComponent(id)}/capture`, { points }, idempotencyKey);
  }

  /** Release the held points. */
  void(id, { idempotencyKey } = {}) {
    return this.request("POST", `/authorizations/${encodeURIComponent(id)}/void`, {}, idempotencyKey);
  }

  /** Refund part or all of the captured points. */
  refund(authorizationId, points, { merchantReference, idempotencyKey }) {
    const form = { authorization_id: authorizationId, points, merchant_reference: merchantReference };
    return this.request("POST", "/refunds", form, idempotencyKey);
  }

  /** Return the `authorization` and the movements (`data`) with one of the merchant's own numbers. */
  find(merchantReference) {
    return this.request("GET", `/transactions?merchant_reference=${encodeURIComponent(merchantReference)}`);
  }

  /**
   * Send any call of `/v1/merchant`, signed, until it is answered; leave out undefined and null values of `form`.
   *
   * Resolves to the answer, an empty object if it has no body, as that to DELETE.
   */
  async request(method, path, form, idempotencyKey) {
    const key = method === "POST" ? (idempotencyKey ?? randomUUID()) : undefined;
    const fields = form && Object.fromEntries(Object.entries(form).filter(([, value]) => value != null));
    const body = fields ? JSON.stringify(fields) : "";
    const deadline = performance.now() + this.#retryFor;
    for (let pause = 250; ; pause = Math.min(pause * 2, 4000)) {
      const answer = await this.#attempt(method, `${this.#url}${path}`, body, key);
      if (answer !== undefined) return answer;
      if (performance.now() + pause > deadline) throw new NoAnswer(key);
      await sleep(pause);
    }
  }

  /** Sign and send one attempt. Resolve to the answer, or to undefined if another attempt may get one. */
  async #attempt(method, url, body, key) {
    let response, answer;
    try {
      response = await this.#fetch(url, {
        method,
        headers: this.#headers(method, url, body, key),
        body: body || undefined,
        redirect: "error",
        signal: AbortSignal.timeout(this.#timeout),
      });
      const text = await response.text();
      answer = text ? JSON.parse(text) : {};
    } catch (error) {
      if (error instanceof TypeError || error instanceof SyntaxError || error.name === "TimeoutError") return undefined;
      throw error;
    }
    const empty = Object.keys(answer).length === 0;
    if (response.ok && (!empty || response.status === 204)) return answer;
    if (empty || answer.retryable || RETRYABLE.has(answer.code) || response.status >= 500) return undefined;
    throw new Refused(response.status, answer);
  }

  #headers(method, url, body, key) {
    const headers = { authorization: `Bearer ${this.#key}`, "accept-language": this.#language };
    if (body) headers["content-type"] = "application/json";
    if (key) headers["idempotency-key"] = key;
    return this.#signer && method !== "GET" ? signedHeaders({ method, url, body, headers }, this.#signer) : headers;
  }
}
