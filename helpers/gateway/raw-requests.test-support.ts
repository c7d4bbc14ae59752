/** Requests as bytes: random ones from a seed, and what a message says once its transport is taken off. */
import { seededRandom } from "../../reports/stats/random.ts";
import type { Message } from "./raw-http.test-support.ts";

export interface RawRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  readonly chunked: boolean;
}

/** Whole numbers from 0 to `below` - 1, the same ones for the same seed. */
export function numbersFrom(seed: number): (below: number) => number {
  const random = seededRandom(seed);
  return (below) => Math.floor(random() * below);
}

/** Segments that a proxy may want to clean away. */
const odd = ["..", ".", "", "%2e%2e", "..", "%zz", "function", "other", "a%2F..%2Fb"];
const plain = ["a", "b%20c", "%C3%A9", "d%2Fe", "f+g", "h:i@j", "~k", "l,m;n=o", "%00", "(p)", "q'r"];
const names = [
  "X-One",
  "x-one",
  "X-ONE",
  "X-Two",
  "Cookie",
  "Set-Cookie",
  "Accept-Language",
  "Authorization",
  "X_U",
  "Via",
];
const values = ["1", "", "a=b; c=d", "a, b", '"q"', "caf\xe9", "x".repeat(300), "a=\x80\xff", "d=e"];

/** @param cleaned whether the path may have segments that OpenFaaS redirects */
export function randomRequest(
  next: (below: number) => number,
  { methods, cleaned }: { readonly methods: readonly string[]; readonly cleaned: boolean },
): RawRequest {
  const pick = <T>(from: readonly T[]): T => from[next(from.length)] as T;
  const some = <T>(most: number, make: () => T): T[] => Array.from({ length: next(most + 1) }, make);
  const segments = some(5, () => pick(cleaned && next(2) === 0 ? odd : plain));
  const query = pick(["", "", "?", "?a=1&a=2", "?x=%zz&y=//../", "?q=a+b%20c&=", "??", "?a=http://h/?b"]);
  const body = pick(["", "x", some(40, () => String.fromCharCode(next(256))).join(""), "\x00\xff\r\n\r\n0\r\n\r\n"]);
  const method = pick(methods);
  return {
    method,
    path: `/${segments.join("/")}${query}`,
    headers: some(8, () => [pick(names), pick(values)] as const),
    body: method === "GET" || method === "HEAD" ? "" : body,
    chunked: body !== "" && next(3) === 0,
  };
}

/** The bytes of a request; the connection is closed after the answer. */
export function requestText({ method, path, headers, body, chunked }: RawRequest): string {
  const lines = [`${method} ${path} HTTP/1.1`, "Host: caller.example", "Connection: close"];
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  if (chunked && body !== "") lines.push("Transfer-Encoding: chunked");
  else if (body !== "" || method === "POST") lines.push(`Content-Length: ${body.length}`);
  const chunks = chunked && body !== "" ? `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body;
  return `${lines.join("\r\n")}\r\n\r\n${chunks}`;
}

/** Of one connection, or how its bytes are cut: each hop has its own. */
const transport = new Set(["connection", "keep-alive", "content-length", "transfer-encoding", "date"]);

/** Start line, headers by lower-case name in their order among equal ones, and body. */
export function requestContent(message: Message, dropped: readonly string[] = []): unknown {
  const headers: Record<string, string[]> = {};
  for (const [key, value] of message.headers) {
    const name = key.toLowerCase();
    if (!transport.has(name) && !dropped.includes(name)) (headers[name] ??= []).push(value);
  }
  return { start: message.start, headers, body: message.body };
}
