// The form and the answer of each call, read from the types that are generated from docs/openapi.json.
import type { paths } from "./schema";
import type { Upload } from "./transport";

export type Method = "get" | "post" | "put" | "delete";

/** Paths that have this method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P][M] extends { responses: unknown } ? P : never;
}[keyof paths];

type Operation<M extends Method, P extends PathOf<M>> = paths[P][M];
type Parameters<O> = O extends { parameters: infer R } ? R : never;
type Part<O, K extends string> = Parameters<O> extends { [key in K]?: infer V } ? Exclude<V, undefined> : never;
type JsonBody<O> = O extends { requestBody?: { content: { "application/json": infer B } } } ? B : never;
type IsUpload<O> = O extends { requestBody?: { content: { "multipart/form-data": unknown } } } ? true : false;
type NeedsBody<O> = O extends { requestBody: unknown } ? true : false;
type NeedsKey<O> = Parameters<O> extends { header: { "Idempotency-Key": string } } ? true : false;

type Field<K extends string, V, Needed> = [V] extends [never]
  ? { [key in K]?: undefined }
  : Needed extends true
    ? { [key in K]: V }
    : { [key in K]?: V };
type NeedsQuery<O> = Part<O, "query"> extends never ? false : object extends Part<O, "query"> ? false : true;
type UploadField<O> = IsUpload<O> extends true ? { file?: Upload } : { file?: undefined };
type KeyField<O> = NeedsKey<O> extends true ? { key: string } : { key?: string };

/** What a call takes beside its method and path. `key` is the idempotency key; where points move, it is required. */
export type CallOptions<M extends Method, P extends PathOf<M>> = Field<"path", Part<Operation<M, P>, "path">, true> &
  Field<"query", Part<Operation<M, P>, "query">, NeedsQuery<Operation<M, P>>> &
  Field<"body", JsonBody<Operation<M, P>>, IsUpload<Operation<M, P>> extends true ? false : NeedsBody<Operation<M, P>>> &
  UploadField<Operation<M, P>> &
  KeyField<Operation<M, P>> & { timeoutSeconds?: number };

/** The arguments after method and path: none is needed if every option may be left out. */
export type Rest<M extends Method, P extends PathOf<M>> =
  object extends CallOptions<M, P> ? [options?: CallOptions<M, P>] : [options: CallOptions<M, P>];

type Content<R> = R extends { content: { "application/json": infer B } } ? B : undefined;
type Successes<R> = { [S in keyof R & (200 | 201 | 202 | 204)]: Content<R[S]> }[keyof R & (200 | 201 | 202 | 204)];

/** The JSON body of a successful answer; `undefined` if it has none. */
export type Answer<M extends Method, P extends PathOf<M>> =
  Operation<M, P> extends { responses: infer R } ? Successes<R> : never;
