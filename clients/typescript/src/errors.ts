// The two ways in which a call fails: the platform refused it, or no answer came.
import type { components } from "./schema";

type ProblemBody = components["schemas"]["Problem"];

/** Stable codes of refusals. A code that is newer than these types is taken by its `status`. */
export type ProblemCode = ProblemBody["code"];

/** The platform answered, and refused. `message` is Chinese and for people, `code` is for programs. */
export class Problem extends Error {
  readonly name = "Problem";
  readonly code: ProblemCode;
  readonly status: number;
  /** The same request may succeed later; see `retryAfter`. */
  readonly retryable: boolean;
  /** Seconds to wait, if the platform named them. */
  readonly retryAfter: number | null;
  readonly requestId: string | null;
  /** The fields that are wrong, by JSON pointer. */
  readonly errors: ProblemBody["errors"];
  /** Figures that explain the refusal. */
  readonly facts: Record<string, unknown>;

  constructor(status: number, body: Partial<ProblemBody>, retryAfter: number | null) {
    super(body.detail ?? `请求失败（${status}），请稍后再试`);
    this.status = status;
    this.code = body.code ?? "http_error";
    this.retryable = body.retryable ?? false;
    this.retryAfter = retryAfter;
    this.requestId = body.request_id ?? null;
    this.errors = body.errors;
    this.facts = body.facts ?? {};
  }
}

/** No answer came: no network, a timeout, or a connection that broke. Whether the request had an effect is unknown. */
export class NetworkError extends Error {
  readonly name = "NetworkError";

  constructor(cause?: unknown) {
    super("网络不通，请检查网络后再试", { cause });
  }
}
