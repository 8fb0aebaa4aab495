// A platform that answers from a list, and a clock that tests move.
import { Client, type ClientOptions, memoryTokens, type TransportAnswer, type TransportRequest } from "../src";

export type Scripted = Partial<Omit<TransportAnswer, "text">> & { body?: unknown };
export type Reply = Scripted | Error | ((request: TransportRequest) => Scripted | Promise<Scripted>);

export const SESSION = {
  access_token: "access-1",
  refresh_token: "refresh-1",
  token_type: "Bearer",
  expires_in: 900,
  person_id: "per_1",
  community_id: "com_1",
  limited: false,
};

/** Returns a client with the requests that it sends and the seconds that it waits; replies are used in their order. */
export function platform(replies: Reply[], options: Partial<ClientOptions> = {}) {
  const requests: TransportRequest[] = [];
  const waits: number[] = [];
  const clock = { now: 0 };
  const client = new Client({
    origin: "http://platform",
    tokens: memoryTokens(),
    transport: async (request) => {
      requests.push(request);
      const reply = replies.shift();
      if (reply === undefined) throw new Error(`no reply is left for ${request.method} ${request.url}`);
      if (reply instanceof Error) throw reply;
      const { status = 200, headers = {}, body } = typeof reply === "function" ? await reply(request) : reply;
      return { status, headers, text: body === undefined ? "" : JSON.stringify(body) };
    },
    now: () => clock.now,
    wait: async (seconds) => {
      waits.push(seconds);
    },
    ...options,
  });
  return { client, requests, waits, clock, replies };
}

export function problem(status: number, code: string, more: Record<string, unknown> = {}): Scripted {
  return { status, body: { code, detail: `拒绝：${code}`, errcode: 1, status, ...more } };
}
