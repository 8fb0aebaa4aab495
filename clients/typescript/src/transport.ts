// What carries a request: `fetch` in browsers and Node, `uni.request` and `uni.uploadFile` in uni-app.

export interface TransportRequest {
  method: "GET" | "POST" | "PUT" | "DELETE";
  url: string;
  headers: Record<string, string>;
  /** A JSON text. */
  body?: string;
  /** A file to send as multipart form field `file`, in place of a body. */
  file?: Upload;
  timeoutSeconds: number;
}

export interface TransportAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** The body as text; empty if there is none. */
  text: string;
}

/** A file by its content (`fetch`) or by its path on the device (uni-app). */
export type Upload = { content: Blob; name: string } | { path: string };

/** This transport cannot send a file given in this way: a mistake of the program, not of the network. */
export class UnsupportedUpload extends TypeError {}

/** Sends one request and resolves with its answer, whatever its status; rejects if no answer came. */
export type Transport = (request: TransportRequest) => Promise<TransportAnswer>;

/** Sends requests with `fetch`. */
export function fetchTransport(send: typeof fetch = (input, init) => fetch(input, init)): Transport {
  return async ({ method, url, headers, body, file, timeoutSeconds }) => {
    const stopped = new AbortController();
    const timer = setTimeout(() => stopped.abort(), timeoutSeconds * 1000);
    try {
      const answer = await send(url, {
        method,
        headers,
        body: file ? formOf(file) : body,
        credentials: "omit",
        signal: stopped.signal,
      });
      return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() };
    } finally {
      clearTimeout(timer);
    }
  };
}

function formOf(file: Upload): FormData {
  if (!("content" in file)) throw new UnsupportedUpload("fetch uploads a file by its content, not by its path");
  const form = new FormData();
  form.append("file", file.content, file.name);
  return form;
}

/** The part of uni-app that requests need. */
export interface Uni {
  request(options: {
    url: string;
    method: TransportRequest["method"];
    header: Record<string, string>;
    data?: string;
    dataType: string;
    responseType: "text";
    timeout: number;
    success(answer: UniAnswer): void;
    fail(error: unknown): void;
  }): unknown;
  uploadFile(options: {
    url: string;
    filePath: string;
    name: string;
    header: Record<string, string>;
    timeout: number;
    success(answer: UniAnswer): void;
    fail(error: unknown): void;
  }): unknown;
}

interface UniAnswer {
  statusCode: number;
  data: unknown;
  header?: Record<string, string>;
}

/** Sends requests with `uni.request`, and files with `uni.uploadFile`. */
export function uniTransport(uni: Uni): Transport {
  return ({ method, url, headers, body, file, timeoutSeconds }) =>
    new Promise((resolve, reject) => {
      const timeout = timeoutSeconds * 1000;
      const success = (answer: UniAnswer) => resolve(answerOf(answer));
      if (!file) {
        // `dataType: "text"` leaves the body as it is: uni-app would parse JSON and hide what is not JSON.
        uni.request({
          url, method, header: headers, data: body, dataType: "text", responseType: "text", timeout, success, fail: reject,
        });
      } else if ("path" in file) {
        uni.uploadFile({ url, filePath: file.path, name: "file", header: headers, timeout, success, fail: reject });
      } else {
        reject(new UnsupportedUpload("uni-app uploads a file by its path, not by its content"));
      }
    });
}

function answerOf({ statusCode, data, header }: UniAnswer): TransportAnswer {
  const headers = Object.fromEntries(Object.entries(header ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  return { status: statusCode, headers, text: typeof data === "string" ? data : JSON.stringify(data ?? "") };
}
