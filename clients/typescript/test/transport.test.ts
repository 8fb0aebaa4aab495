import { describe, expect, test } from "vitest";
import { fetchTransport, type Uni, UnsupportedUpload, uniTransport } from "../src";

const GET = { method: "GET", url: "http://platform/v1/me", headers: { Accept: "application/json" }, timeoutSeconds: 5 } as const;
const POST = { ...GET, method: "POST" } as const;

/** Returns a uni-app that answers every request alike, and the options that it was given. */
function uniThatAnswers(answer: { statusCode: number; data: unknown; header?: Record<string, string> } | null) {
  const given: Record<string, unknown>[] = [];
  const respond = (options: { success(answer: unknown): void; fail(error: unknown): void }) => {
    given.push(options as unknown as Record<string, unknown>);
    if (answer) options.success(answer);
    else options.fail({ errMsg: "request:fail timeout" });
  };
  return { given, uni: { request: respond, uploadFile: respond } as unknown as Uni };
}

describe("fetch", () => {
  test("an answer has its status, text and headers in lower case", async () => {
    const send = async () => new Response('{"a":1}', { status: 422, headers: { "Retry-After": "2" } });
    const answer = await fetchTransport(send as typeof fetch)(GET);
    expect(answer).toMatchObject({ status: 422, text: '{"a":1}' });
    expect(answer.headers["retry-after"]).toBe("2");
  });

  test("a request without an answer is given up after its time", async () => {
    const send = (_: unknown, init?: RequestInit) =>
      new Promise<Response>((_resolve, reject) => init?.signal?.addEventListener("abort", () => reject(new Error("given up"))));
    await expect(fetchTransport(send as typeof fetch)({ ...GET, timeoutSeconds: 0.01 })).rejects.toThrow("given up");
  });

  test("a file is sent as the form field `file`", async () => {
    let form: FormData | undefined;
    const send = async (_: unknown, init?: RequestInit) => {
      form = init?.body as FormData;
      return new Response("{}");
    };
    await fetchTransport(send as typeof fetch)({ ...POST, file: { content: new Blob(["x"]), name: "photo.jpg" } });
    expect((form?.get("file") as File).name).toBe("photo.jpg");
  });

  test("a path on a device is refused, since fetch cannot read it", async () => {
    await expect(fetchTransport()({ ...POST, file: { path: "wxfile://1" } })).rejects.toBeInstanceOf(UnsupportedUpload);
  });
});

describe("uni-app", () => {
  test("an answer is read as text, so that what is not JSON is seen as it is", async () => {
    const { given, uni } = uniThatAnswers({ statusCode: 200, data: '{"a":1}', header: { "Idempotent-Replayed": "true" } });
    const answer = await uniTransport(uni)({ ...POST, body: '{"b":2}' });
    expect(answer).toEqual({ status: 200, text: '{"a":1}', headers: { "idempotent-replayed": "true" } });
    expect(given[0]).toMatchObject({ method: "POST", data: '{"b":2}', dataType: "text", timeout: 5000 });
  });

  test("a file is uploaded by its path with the headers of the call", async () => {
    const { given, uni } = uniThatAnswers({ statusCode: 201, data: "{}" });
    await uniTransport(uni)({ ...POST, headers: { Authorization: "Bearer a" }, file: { path: "wxfile://1" } });
    expect(given[0]).toMatchObject({ filePath: "wxfile://1", name: "file", header: { Authorization: "Bearer a" } });
  });

  test("a failed request rejects, so that the client repeats it", async () => {
    await expect(uniTransport(uniThatAnswers(null).uni)(GET)).rejects.toMatchObject({ errMsg: expect.stringContaining("timeout") });
  });
});
