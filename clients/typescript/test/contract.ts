// Checked by tsc alone: what fits the contract compiles, and what does not fit does not.
import type { Client, ProblemCode } from "../src";

export async function fits(client: Client): Promise<string | null | undefined> {
  const home = await client.call("get", "/v1/me/home");
  const claim = await client.call("post", "/v1/claims", {
    key: "1",
    body: { item: "cleanup", happened_at: "2026-11-05T08:30:00Z", place: "三排东头", cause: "清扫巷道" },
  });
  const upload = await client.call("post", "/v1/evidence", { file: { path: "wxfile://1" } });
  await client.call("post", "/v1/sessions", { body: { wechat_code: "fake-zhang" } });
  const code: ProblemCode = "cap_reached";
  return home.me.household?.code ?? claim.reason ?? upload.sha256 ?? code;
}

export async function mistakes(client: Client): Promise<void> {
  // @ts-expect-error a path that the platform does not have
  await client.call("get", "/v1/nothing");
  // @ts-expect-error a method that the path does not have
  await client.call("delete", "/v1/claims");
  // @ts-expect-error what earns points needs a key
  await client.call("post", "/v1/claims", { body: { item: "a", happened_at: "", place: "", cause: "" } });
  // @ts-expect-error a field that the form does not have
  await client.call("post", "/v1/claims", { key: "1", body: { itm: "cleanup" } });
  // @ts-expect-error a claim is named by its id
  await client.call("get", "/v1/claims/{claim_id}");
  // @ts-expect-error a status that no claim has
  await client.call("get", "/v1/claims", { query: { status: ["lost"] } });
  // @ts-expect-error a code that the platform does not have
  const code: ProblemCode = "out_of_luck";
  void code;
}
