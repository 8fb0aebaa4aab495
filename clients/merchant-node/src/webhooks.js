/** Verify webhooks of the platform (Standard Webhooks 1.0). */

import { createHmac, timingSafeEqual } from "node:crypto";

const TOLERANCE_SECONDS = 300;

/** The request was not signed with this secret, or is older than five minutes. Answer 400. */
export class InvalidWebhook extends Error {}

/**
 * Return the event in a request's raw `body`, signed with the endpoint's `whsec_…`. Throw InvalidWebhook otherwise.
 *
 * It may be delivered twice with the same `id`; `data` has only the ids to look up.
 *
 * @param {string | Uint8Array} body the bytes as they came, not parsed
 * @param {Record<string, string | string[] | undefined> | Headers} headers
 * @param {string} secret
 * @param {{now?: number}} [options] `now` in seconds, by default the clock's
 * @returns {{id: string, type: string, timestamp: string, data: Record<string, unknown>}}
 */
export function verifyWebhook(body, headers, secret, { now = Date.now() / 1000 } = {}) {
  const text = Buffer.from(body).toString("utf8");
  const entries = headers instanceof Headers ? headers.entries() : Object.entries(headers);
  const sent = Object.fromEntries([...entries].map(([name, value]) => [name.toLowerCase(), String(value ?? "")]));
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures } = sent;
  if (!id || !timestamp || !signatures) throw new InvalidWebhook("a webhook header is missing");
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > TOLERANCE_SECONDS) {
    throw new InvalidWebhook("the timestamp differs by more than five minutes from this clock");
  }
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const expected = createHmac("sha256", key).update(`${id}.${timestamp}.${text}`).digest();
  if (!signatures.split(" ").some((each) => matches(each, expected))) {
    throw new InvalidWebhook("no signature is of this secret");
  }
  try {
    const { type, timestamp: at, data } = JSON.parse(text);
    return { id, type, timestamp: at, data };
  } catch (cause) {
    throw new InvalidWebhook("the body is not JSON", { cause });
  }
}

function matches(signature, expected) {
  const [version, value] = signature.split(",", 2);
  const given = Buffer.from(value ?? "", "base64");
  return version === "v1" && given.length === expected.length && timingSafeEqual(given, expected);
}
