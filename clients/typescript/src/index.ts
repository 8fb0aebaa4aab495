export { Client, type ClientOptions, newKey } from "./client";
export { NetworkError, Problem, type ProblemCode } from "./errors";
export { memoryTokens, type Tokens, type TokenStore } from "./session";
export {
  fetchTransport,
  type Transport,
  type TransportAnswer,
  type TransportRequest,
  type Uni,
  UnsupportedUpload,
  type Upload,
  uniTransport,
} from "./transport";
export type { Answer, CallOptions, Method, PathOf } from "./types";
export type { components, paths, webhooks } from "./schema";
