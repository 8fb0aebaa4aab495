/** Sign requests by RFC 9421, with a digest of the body by RFC 9530. */

import { createHash, createHmac, createPrivateKey, randomBytes, sign } from "node:crypto";

/** The components that a signature covers, in this order. */
export const COVERED = [
  "@method",
  "@authority",
  "@path",
  "@query",
  "content-digest",
  "authorization",
  "idempotency-key",
];

/**
 * Return `headers` with those of the signature: content-digest, signature-input and signature.
 *
 * @param {{method: string, url: string | URL, body: string | Uint8Array, headers: Record<string, string>}} request
 *   `headers` in lower case, with authorization and, for POST, idempotency-key. An empty body is `""`.
 * @param {{keyId: string, signingSecret: string, created?: number, nonce?: string}} by
 *   `signingSecret` is the `szs_…` shown with the key, or the PEM of the Ed25519 private key whose public key was
 *   registered. `created`, in seconds, defaults to now, `nonce` to a random value.
 * @returns {Record<string, string>}
 */
export function signedHeaders({ method, url, body, headers }, { keyId, signingSecret, created, nonce }) {
  const { host, pathname, search } = new URL(url);
  const digest = createHash("sha256").update(body).digest("base64");
  const all = { ...headers, "content-digest": `sha-256=:${digest}:` };
  const values = {
    ...all,
    "@method": method.toUpperCase(),
    "@authority": host,
    "@path": pathname,
    "@query": search || "?",
  };
  const covered = COVERED.filter((name) => values[name] !== undefined);
  const usesPem = signingSecret.startsWith("-----BEGIN");
  const params =
    `(${covered.map((name) => `"${name}"`).join(" ")})` +
    `;created=${created ?? Math.floor(Date.now() / 1000)};keyid="${keyId}"` +
    `;alg="${usesPem ? "ed25519" : "hmac-sha256"}";nonce="${nonce ?? randomBytes(16).toString("base64url")}"`;
  const lines = covered.map((name) => `"${name}": ${values[name]}`);
  const base = [...lines, `"@signature-params": ${params}`].join("\n");
  const signature = usesPem
    ? sign(null, Buffer.from(base), ed25519(signingSecret))
    : createHmac("sha256", signingSecret).update(base).digest();
  return { ...all, "signature-input": `sig1=${params}`, signature: `sig1=:${signature.toString("base64")}:` };
}

/** Return the private key in a PEM. Throw TypeError unless it is an Ed25519 key. */
function ed25519(pem) {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== "ed25519") throw new TypeError("the private key must be an Ed25519 key");
  return key;
}
