import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { InvalidWebhook, Merchant, NoAnswer, Refused, signedHeaders, verifyWebhook } from "../src/index.js";

const published = JSON.parse(readFileSync(new URL("../../signing-vectors.json", import.meta.url), "utf8"));

for (const vector of published.vectors) {
  test(`the signature of ${vector.name} is the published one`, () => {
    const { authorization, "idempotency-key": key } = vector.headers;
    const secrets = published.keys[vector.alg];
    const headers = signedHeaders(
      { method: vector.method, url: vector.url, body: vector.body, headers: { authorization, "idempotency-key": key } },
      {
        keyId: vector.keyid,
        signingSecret: secrets.signing_secret ?? secrets.private_key,
        created: vector.created,
        nonce: vector.nonce,
      },
    );
    assert.deepEqual(headers, vector.headers);
  });
}

for (const vector of published.webhooks) {
  const { body, headers, secret } = vector;
  const now = Number(headers["webhook-timestamp"]);

  test(`${vector.name} is verified`, () => {
    const event = verifyWebhook(body, headers, secret, { now });
    assert.equal(event.id, headers["webhook-id"]);
    assert.deepEqual({ type: event.type, timestamp: event.timestamp, data: event.data }, JSON.parse(body));
  });

  test(`${vector.name} is refused when anything was changed or time has passed`, () => {
    const changed = { ...headers, "webhook-id": `${headers["webhook-id"]}x` };
    const other = `whsec_${Buffer.from("another secret").toString("base64")}`;
    for (const args of [
      [`${body} `, headers, secret, { now }],
      [body, changed, secret, { now }],
      [body, headers, other, { now }],
      [body, headers, secret, { now: now + 301 }],
      [body, {}, secret, { now }],
    ]) {
      assert.throws(() => verifyWebhook(...args), InvalidWebhook);
    }
  });
}

let server, url, requests, answers;
before(async () => {
  server = createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const { method, url: path, headers } = request;
      requests.push({ method, path, headers, body: Buffer.concat(parts).toString() });
      const [status, answer] = answers.shift();
      if (status === 0) return request.socket.destroy();
      response.writeHead(status, { "content-type": "application/json" });
      response.end(answer === undefined ? "" : JSON.stringify(answer));
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${server.address().port}`;
});
after(() => server.close());

function shop(script, options = {}) {
  requests = [];
  answers = script;
  return new Merchant(url, { key: "sz_test_x", keyId: "key_1", signingSecret: "szs_x", ...options });
}

test("a request without an answer is repeated with the same key and body, and a new nonce", async () => {
  const held = { id: "pay_1", status: "authorized" };
  const busy = { code: "temporarily_unavailable", retryable: true };
  const till = shop([[0], [503, busy], [502], [201, held]]);
  const reply = await till.authorize("86".padEnd(18, "0"), 5, { merchantReference: "sale-1", idempotencyKey: "k-1" });
  assert.deepEqual(reply, held);
  assert.deepEqual(new Set(requests.map(({ headers }) => headers["idempotency-key"])), new Set(["k-1"]));
  assert.equal(new Set(requests.map(({ body }) => body)).size, 1);
  assert.equal(new Set(requests.map(({ headers }) => headers["signature-input"])).size, 4);
});

test("a refusal is not repeated and has its code", async () => {
  const problem = { code: "insufficient_points", detail: "可用积分不足", retryable: false, facts: { points: 5 } };
  const till = shop([[422, problem]]);
  await assert.rejects(till.refund("pay_1", 5, { merchantReference: "r-1" }), (error) => {
    assert.ok(error instanceof Refused);
    assert.deepEqual([error.status, error.code, error.detail, error.facts.points], [422, problem.code, "可用积分不足", 5]);
    return true;
  });
  assert.equal(requests.length, 1);
});

test("without an answer in time the key is given back for a later repeat", async () => {
  const till = shop([[0]], { retryFor: 0 });
  await assert.rejects(till.capture("pay_1", { idempotencyKey: "k-2" }), (error) => {
    assert.ok(error instanceof NoAnswer);
    assert.equal(error.idempotencyKey, "k-2");
    return true;
  });
});

test("reading is not signed and has no key", async () => {
  const till = shop([[200, { data: [] }]], { language: "en" });
  await till.find("sale 1");
  assert.equal(requests[0].path, "/v1/merchant/transactions?merchant_reference=sale%201");
  assert.equal(requests[0].headers.signature, undefined);
  assert.equal(requests[0].headers["idempotency-key"], undefined);
  assert.equal(requests[0].headers["accept-language"], "en");
});
