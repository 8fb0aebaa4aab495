// Calls of the API: signing in, repeating safely, and telling a refusal from a lost answer.
import { NetworkError, Problem } from "./errors";
import { memoryTokens, type Tokens, type TokenStore, tokensOf } from "./session";
import {
  fetchTransport,
  type Transport,
  type TransportAnswer,
  type TransportRequest,
  UnsupportedUpload,
  type Upload,
} from "./transport";
import type { Answer, Method, PathOf, Rest } from "./types";

export interface ClientOptions {
  /** Origin of the platform, without `/v1`; empty for the origin of the page. */
  origin: string;
  transport?: Transport;
  tokens?: TokenStore;
  /** Called once when the session has ended and the person has to sign in again. */
  onSignedOut?: () => void;
  /** How often a call is repeated after it got no answer, or one that says to try again. */
  retries?: number;
  /** Longest wait for a repeat; a call that should wait longer fails, and its caller decides. */
  longestWaitSeconds?: number;
  timeoutSeconds?: number;
  now?: () => number;
  wait?: (seconds: number) => Promise<void>;
}

interface LooseOptions {
  path?: Record<string, string | number>;
  query?: Record<string, unknown>;
  body?: unknown;
  file?: Upload;
  key?: string;
  timeoutSeconds?: number;
}

const FIRST_WAIT_SECONDS = 0.5;
const UPLOAD_TIMEOUT_SECONDS = 60;
const EXPIRY_MARGIN_MS = 20_000;
/** These ignore the key and make tokens anew, so a lost answer is not asked for again. */
const NOT_REPEATABLE = new Set(["/v1/sessions"]);
/** These take no access token, so that none is renewed for them. */
const WITHOUT_TOKEN = new Set(["/v1/sessions", "/v1/sessions/refresh"]);

/** Returns a new idempotency key. Make it when a form opens, and keep it until the form has been answered. */
export function newKey(): string {
  const random = () => Math.floor(Math.random() * 0x1_0000_0000).toString(16).padStart(8, "0");
  return globalThis.crypto?.randomUUID?.() ?? `${Date.now().toString(16)}-${random()}${random()}`;
}

/** Typed calls of one platform as one person. */
export class Client {
  private readonly options: Required<Omit<ClientOptions, "onSignedOut">> & Pick<ClientOptions, "onSignedOut">;
  private refreshing: Promise<Tokens | null> | null = null;

  constructor(options: ClientOptions) {
    this.options = {
      transport: fetchTransport(),
      tokens: memoryTokens(),
      retries: 2,
      longestWaitSeconds: 10,
      timeoutSeconds: 20,
      now: () => Date.now(),
      wait: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
      ...options,
    };
  }

  get signedIn(): boolean {
    return this.options.tokens.read() !== null;
  }

  /** Sign in by the code of `wx.login` or by phone and password; return who it is, or throw `Problem`. */
  async signIn(body: Rest<"post", "/v1/sessions">[0]["body"]): Promise<Answer<"post", "/v1/sessions">> {
    const session = await this.call("post", "/v1/sessions", { body });
    this.options.tokens.write(tokensOf(session, this.options.now()));
    return session;
  }

  /** Bind the WeChat account that is signed in to a resident, whose access token it then has. */
  async bind(body: Rest<"post", "/v1/me/binding">[0]["body"]): Promise<Answer<"post", "/v1/me/binding">> {
    const session = await this.call("post", "/v1/me/binding", { body, key: newKey() });
    const tokens = tokensOf(session, this.options.now());
    const refresh = tokens.refresh ?? this.options.tokens.read()?.refresh ?? null;
    this.options.tokens.write({ ...tokens, refresh });
    return session;
  }

  /** End the session here, and on the platform if it can be reached. */
  async signOut(): Promise<void> {
    try {
      await this.call("delete", "/v1/sessions/current");
    } catch (error) {
      if (!(error instanceof Problem || error instanceof NetworkError)) throw error;
    } finally {
      this.options.tokens.write(null);
    }
  }

  /**
   * Send one call and return the JSON of its answer.
   *
   * A POST without `key` gets one of its own, which its repeats share. Throws `Problem` if the platform refuses and
   * `NetworkError` if no answer came after the repeats.
   */
  async call<M extends Method, P extends PathOf<M>>(method: M, path: P, ...rest: Rest<M, P>): Promise<Answer<M, P>> {
    const answer = await this.send(method, path as string, (rest[0] ?? {}) as LooseOptions);
    return (answer.text ? JSON.parse(answer.text) : undefined) as Answer<M, P>;
  }

  /** The header that authorizes a download which the transport does not carry, with a token that has not ended. */
  async authorization(): Promise<Record<string, string>> {
    const tokens = await this.currentTokens();
    return tokens ? { Authorization: `Bearer ${tokens.access}` } : {};
  }

  private async send(method: Method, path: string, options: LooseOptions): Promise<TransportAnswer> {
    const withToken = !WITHOUT_TOKEN.has(path);
    const request = this.request(method, path, options);
    let tokens = withToken ? await this.currentTokens() : null;
    let answer = await this.repeated(authorized(request, tokens), !NOT_REPEATABLE.has(path));
    if (answer.status === 401 && tokens && problemOf(answer).code !== "session_revoked") {
      tokens = await this.renewed(tokens);
      if (tokens) answer = await this.repeated(authorized(request, tokens), true);
    }
    if (answer.status < 400) return answer;
    const problem = problemOf(answer);
    if (problem.code === "session_revoked" && tokens) this.signedOut();
    throw problem;
  }

  private request(method: Method, path: string, options: LooseOptions): TransportRequest {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (options.body !== undefined) headers["Content-Type"] = "application/json";
    if (method === "post") headers["Idempotency-Key"] = options.key ?? newKey();
    return {
      method: method.toUpperCase() as TransportRequest["method"],
      url: this.options.origin + filled(path, options.path) + queryOf(options.query),
      headers,
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      file: options.file,
      timeoutSeconds: options.timeoutSeconds ?? (options.file ? UPLOAD_TIMEOUT_SECONDS : this.options.timeoutSeconds),
    };
  }

  /** Send a request until it is answered, or refused for good, or repeated often enough. */
  private async repeated(request: TransportRequest, repeatable: boolean): Promise<TransportAnswer> {
    for (let attempt = 0; ; attempt += 1) {
      const last = !repeatable || attempt >= this.options.retries;
      const backoff = FIRST_WAIT_SECONDS * 2 ** attempt;
      let answer: TransportAnswer;
      try {
        answer = await this.options.transport(request);
      } catch (error) {
        if (error instanceof UnsupportedUpload) throw error;
        if (last) throw new NetworkError(error);
        await this.options.wait(backoff);
        continue;
      }
      const wait = answer.status < 400 ? null : waitAfter(answer, backoff);
      if (last || wait === null || wait > this.options.longestWaitSeconds) return answer;
      await this.options.wait(wait);
    }
  }

  /** The tokens, exchanged first if the access token is about to end. */
  private async currentTokens(): Promise<Tokens | null> {
    const tokens = this.options.tokens.read();
    if (!tokens?.refresh || tokens.expiresAt - EXPIRY_MARGIN_MS > this.options.now()) return tokens;
    return (await this.renewed(tokens)) ?? this.options.tokens.read();
  }

  /** Exchange the tokens, once for all calls that ask; null if the session has ended. */
  private renewed(used: Tokens): Promise<Tokens | null> {
    const stored = this.options.tokens.read();
    if (stored && stored.access !== used.access) return Promise.resolve(stored); // another window was first
    this.refreshing ??= this.exchanged(used).finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  private async exchanged(used: Tokens): Promise<Tokens | null> {
    if (!used.refresh) {
      this.signedOut();
      return null;
    }
    const body = { refresh_token: used.refresh };
    const answer = await this.repeated(this.request("post", "/v1/sessions/refresh", { body }), true);
    if (answer.status >= 400) {
      const problem = problemOf(answer);
      if (problem.retryable || answer.status >= 500) throw problem;
      this.signedOut();
      return null;
    }
    const tokens = tokensOf(JSON.parse(answer.text), this.options.now());
    this.options.tokens.write(tokens);
    return tokens;
  }

  private signedOut(): void {
    if (this.options.tokens.read() === null) return;
    this.options.tokens.write(null);
    this.options.onSignedOut?.();
  }
}

function authorized(request: TransportRequest, tokens: Tokens | null): TransportRequest {
  if (!tokens) return request;
  return { ...request, headers: { ...request.headers, Authorization: `Bearer ${tokens.access}` } };
}

function filled(path: string, values: Record<string, string | number> = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined || value === "") throw new TypeError(`${path} needs a value for ${name}`);
    return encodeURIComponent(value);
  });
}

/** A query of the values that are given; several values of one name are separated by commas, as the API reads them. */
function queryOf(values: Record<string, unknown> = {}): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  if (!given.length) return "";
  return `?${given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join("&")}`;
}

function problemOf(answer: TransportAnswer): Problem {
  return new Problem(answer.status, jsonObject(answer.text), retryAfter(answer));
}

/** Seconds until the same request may be sent again; null if it is refused for good. */
function waitAfter(answer: TransportAnswer, backoff: number): number | null {
  const problem = problemOf(answer);
  if (!problem.retryable && ![429, 502, 503, 504].includes(answer.status)) return null;
  return Math.max(problem.retryAfter ?? 0, backoff);
}

function retryAfter(answer: TransportAnswer): number | null {
  const seconds = Number(answer.headers["retry-after"] ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : null;
}

function jsonObject(text: string): Record<string, never> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, never>) : {};
  } catch {
    return {};
  }
}
