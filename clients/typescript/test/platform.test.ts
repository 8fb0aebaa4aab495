// Against a running platform: PLATFORM_URL is its address, PLATFORM_WECHAT_CODE the code of a resident's account,
// PLATFORM_CLAIM the form of a claim that needs a picture and PLATFORM_PHOTO a JPEG in base64.
// tests/flows/test_typescript_client.py sets them.
import { expect, test } from "vitest";
import { Client, memoryTokens, newKey, Problem, type components } from "../src";

declare const process: { env: Record<string, string | undefined> };

const { env } = process;
const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
const origin = env.PLATFORM_URL ?? "";

async function resident(): Promise<{ client: Client; tokens: ReturnType<typeof memoryTokens> }> {
  const tokens = memoryTokens();
  const client = new Client({ origin, tokens });
  await client.signIn({ wechat_code: env.PLATFORM_WECHAT_CODE });
  return { client, tokens };
}

test.skipIf(!origin)("a resident declares with a picture, and a repeat with the key declares nothing more", async () => {
  const { client } = await resident();
  const file = { content: new Blob([bytesOf(env.PLATFORM_PHOTO ?? "")], { type: "image/jpeg" }), name: "photo.jpg" };
  const evidence = await client.call("post", "/v1/evidence", { file });
  const form: components["schemas"]["ClaimForm"] = { ...JSON.parse(env.PLATFORM_CLAIM ?? ""), evidence_ids: [evidence.id] };
  const key = newKey();
  const first = await client.call("post", "/v1/claims", { body: form, key });
  const again = await client.call("post", "/v1/claims", { body: form, key });
  expect(again.id).toBe(first.id);
  const mine = await client.call("get", "/v1/claims", { query: { status: ["submitted", "returned"] } });
  expect(mine.data.filter(({ id }) => id === first.id)).toHaveLength(1);
});

test.skipIf(!origin)("a refusal has its code, its status and a Chinese text", async () => {
  const { client } = await resident();
  const refusal = await client
    .call("post", "/v1/orders", { body: { reward_id: "rwd_01kb0p6w3v5q8s9t2x4y7z1abc" }, key: newKey() })
    .catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(Problem);
  expect(refusal).toMatchObject({ status: 404, code: "not_found", message: expect.stringMatching(/\p{Script=Han}/u) });
});

test.skipIf(!origin)("tokens that end are exchanged by the next call, once for all calls", async () => {
  const { client, tokens } = await resident();
  const before = tokens.read();
  tokens.write({ ...before!, expiresAt: 0 });
  const [home, me] = await Promise.all([client.call("get", "/v1/me/home"), client.call("get", "/v1/me")]);
  expect(home.me.person.id).toBe(me.person.id);
  expect(tokens.read()!.refresh).not.toBe(before!.refresh);
});

test.skipIf(!origin)("a session that was ended elsewhere signs out", async () => {
  const { client, tokens } = await resident();
  const kept = memoryTokens();
  kept.write({ ...tokens.read()!, expiresAt: 0 });
  await client.signOut();
  let signedOut = 0;
  const other = new Client({ origin, tokens: kept, onSignedOut: () => (signedOut += 1) });
  await expect(other.call("get", "/v1/me")).rejects.toMatchObject({ status: 401 });
  expect(signedOut).toBe(1);
  expect(other.signedIn).toBe(false);
});
