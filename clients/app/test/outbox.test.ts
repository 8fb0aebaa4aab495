import { NetworkError, Problem } from "@shanzhi/client";
import { describe, expect, test } from "vitest";
import { type Entry, type NewEntry, Outbox, PhotoLost } from "@/logic/outbox";

type Sent = { path: string; key?: string; body?: Record<string, unknown> };
const FORM = { item: "clean_up", happened_at: "2026-11-05T04:00:00Z", place: "三排东头", cause: "清扫巷道" };
const CLAIM = {
  kind: "claim",
  key: "form-1",
  personId: "per_1",
  title: "参加环境卫生整治",
  form: FORM,
  photos: [{ id: "photo-a" }, { id: "photo-b" }],
} satisfies NewEntry;
const OFFLINE = new NetworkError();
const BUSY = new Problem(503, { code: "temporarily_unavailable", detail: "服务繁忙", retryable: true }, 5);
const CAP = new Problem(422, { code: "cap_reached", detail: "今天已经申报过这一项" }, null);

/** Returns an outbox on a phone; `answers` are given in their order, then every call succeeds. */
function phone(answers: (Error | "ok")[] = [], lost: string[] = []) {
  const sent: Sent[] = [];
  const removed: string[] = [];
  let stored = "[]";
  const call = async (_: string, path: string, options: Omit<Sent, "path">) => {
    sent.push({ path, key: options.key, body: options.body });
    const answer = answers.shift() ?? "ok";
    if (answer !== "ok") throw answer;
    return { id: `evd_${sent.length}` };
  };
  const open = () =>
    new Outbox({
      client: { call } as never,
      photos: {
        upload: async (id) => {
          if (lost.includes(id)) throw new PhotoLost("照片已不在");
          return { path: id };
        },
        remove: async (id) => void removed.push(id),
      },
      read: () => JSON.parse(stored) as Entry[],
      write: (entries) => {
        stored = JSON.stringify(entries);
      },
      now: () => 1,
    });
  return { outbox: open(), reopened: open, sent, removed };
}

const claims = (sent: Sent[]) => sent.filter(({ path }) => path === "/v1/claims");

describe("sending", () => {
  test("a claim is sent with the ids of its pictures, then forgotten with them", async () => {
    const { outbox, sent, removed } = phone();
    outbox.add(CLAIM);
    await outbox.send("per_1");
    expect(sent.map(({ path, key }) => [path, key])).toEqual([
      ["/v1/evidence", "form-1-0"],
      ["/v1/evidence", "form-1-1"],
      ["/v1/claims", "form-1"],
    ]);
    expect(claims(sent)[0]?.body).toEqual({ ...FORM, evidence_ids: ["evd_1", "evd_2"] });
    expect(outbox.entries("per_1")).toEqual([]);
    expect(removed).toEqual(["photo-a", "photo-b"]);
  });

  test("after the network was lost, the app goes on where it stopped, also after it was closed", async () => {
    const { outbox, reopened, sent } = phone(["ok", OFFLINE]);
    outbox.add(CLAIM);
    await outbox.send("per_1");
    expect(outbox.entries("per_1")).toMatchObject([{ state: "waiting", photos: [{ evidenceId: "evd_1" }, {}] }]);

    const later = reopened();
    await later.send("per_1");
    expect(sent.filter(({ key }) => key === "form-1-0")).toHaveLength(1);
    expect(later.entries("per_1")).toEqual([]);
  });

  test("a claim whose answer was lost is sent again with its key", async () => {
    const { outbox, sent } = phone(["ok", "ok", OFFLINE]);
    outbox.add(CLAIM);
    await outbox.send("per_1");
    await outbox.send("per_1");
    expect(claims(sent).map(({ key }) => key)).toEqual(["form-1", "form-1"]);
  });

  test("calls at the same time send an entry once", async () => {
    const { outbox, sent } = phone();
    outbox.add(CLAIM);
    await Promise.all([outbox.send("per_1"), outbox.send("per_1"), outbox.send("per_1")]);
    expect(claims(sent)).toHaveLength(1);
  });

  test("what another person wrote on this phone is not sent as mine", async () => {
    const { outbox, sent } = phone();
    outbox.add({ ...CLAIM, personId: "per_2" });
    await outbox.send("per_1");
    expect(sent).toEqual([]);
    expect(outbox.entries("per_2")).toHaveLength(1);
  });

  test("a sheet of an inspection is put at its courtyard", async () => {
    const { outbox, sent } = phone();
    const sheet = { version: 1, marks: { floor: 8 }, note: "" };
    outbox.add({ ...CLAIM, kind: "inspection", inspectionId: "ins_1", courtyardId: "cty_1", sheet, photos: [] } as NewEntry);
    await outbox.send("per_1");
    expect(sent).toEqual([
      {
        path: "/v1/inspections/{inspection_id}/courtyards/{courtyard_id}",
        key: undefined,
        body: { ...sheet, evidence_ids: [] },
      },
    ]);
  });
});

describe("refusals", () => {
  const other = { ...CLAIM, key: "form-2", photos: [] };

  test("a refused entry stays with its reason, and the next ones are sent", async () => {
    const { outbox, sent } = phone(["ok", "ok", CAP]);
    outbox.add(CLAIM);
    outbox.add(other);
    await outbox.send("per_1");
    expect(outbox.entries("per_1")).toMatchObject([{ key: "form-1", state: "refused", reason: "今天已经申报过这一项" }]);
    expect(claims(sent).map(({ key }) => key)).toEqual(["form-1", "form-2"]);
  });

  test("a refused entry is sent again only when its person says so", async () => {
    const { outbox, sent } = phone(["ok", "ok", CAP]);
    outbox.add(CLAIM);
    await outbox.send("per_1");
    await outbox.send("per_1");
    expect(claims(sent)).toHaveLength(1);
    outbox.retry("form-1");
    await outbox.send("per_1");
    expect(claims(sent)).toHaveLength(2);
    expect(outbox.entries("per_1")).toEqual([]);
  });

  test("a busy platform leaves the entry waiting with what it said", async () => {
    const { outbox, sent } = phone([BUSY]);
    outbox.add(other);
    outbox.add({ ...other, key: "form-3" });
    await outbox.send("per_1");
    expect(outbox.entries("per_1")[0]).toMatchObject({ state: "waiting", reason: "服务繁忙" });
    expect(sent).toHaveLength(1);
  });

  test("a session that ended leaves everything as it was", async () => {
    const { outbox } = phone([new Problem(401, { code: "session_revoked" }, null)]);
    outbox.add(other);
    await outbox.send("per_1");
    expect(outbox.entries("per_1")[0]?.state).toBe("waiting");
    expect(outbox.entries("per_1")[0]?.reason).toBeUndefined();
  });

  test("an entry whose picture is gone is shown, and does not hold up the others", async () => {
    const { outbox, sent } = phone([], ["photo-a"]);
    outbox.add(CLAIM);
    outbox.add(other);
    await outbox.send("per_1");
    expect(outbox.entries("per_1")).toMatchObject([{ key: "form-1", state: "refused", reason: "照片已不在" }]);
    expect(claims(sent).map(({ key }) => key)).toEqual(["form-2"]);
  });

  test("a removed entry is forgotten with its pictures", async () => {
    const { outbox, removed } = phone();
    outbox.add(CLAIM);
    await outbox.remove("form-1");
    expect(outbox.entries("per_1")).toEqual([]);
    expect(removed).toEqual(["photo-a", "photo-b"]);
  });
});
