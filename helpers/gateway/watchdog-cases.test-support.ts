/** What every watchdog must do: where of-watchdog and ours behave alike, and where they do not, with the reason. */
import { answerWith } from "./watchdogs.test-support.ts";

export interface WatchdogCase {
  readonly title: string;
  readonly request: string;
  /** Bytes that the function answers; `null` drops the connection. Absent: a typed `hi`. */
  readonly answer?: string | null;
}

const ask = (start: string, headers: readonly string[] = [], body = ""): string =>
  [`${start} HTTP/1.1`, "Host: caller.example", "Connection: close", ...headers, "", body].join("\r\n");
const get = (path: string, ...headers: string[]): string => ask(`GET ${path}`, headers);
const sized = (start: string, body: string): string => ask(start, [`Content-Length: ${body.length}`], body);
const reply = (title: string, answer: string | null, request = get("/")): WatchdogCase => ({ title, request, answer });

export const alike: readonly WatchdogCase[] = [
  { title: "path and query", request: get("/a/b?c=1&c=2") },
  { title: "encoded dots and slashes", request: get("/a/%2e%2e/b%2Fc%20d?x=%zz&y=//../") },
  { title: "an empty query", request: get("/a?") },
  { title: "repeated headers", request: get("/", "X-A: 1", "x-a: 2", "Cookie: a=1", "Cookie: b=2") },
  { title: "bytes beyond ASCII in a header", request: get("/", "X-A: caf\xe9 \xff") },
  { title: "health", request: get("/_/health") },
  { title: "health with a query", request: get("/_/health?q=1") },
  { title: "a path below health", request: get("/_/health/") },
  { title: "POST to health", request: sized("POST /_/health", "") },
  { title: "HEAD of health", request: ask("HEAD /_/health") },
  { title: "readiness", request: get("/_/ready") },
  { title: "readiness with a query", request: get("/_/ready?q") },
  { title: "POST to readiness", request: sized("POST /_/ready", "") },
  { title: "HTTP/1.0 without a host", request: "GET /a HTTP/1.0\r\n\r\n" },
  { title: "POST of bytes", request: sized("POST /", "\x00\xff\r\n\r\n\x80") },
  { title: "POST without a body", request: sized("POST /", "") },
  {
    title: "a chunked POST",
    request: ask("POST /", ["Transfer-Encoding: chunked"], "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
  },
  { title: "PUT", request: sized("PUT /a", "abc") },
  { title: "PATCH", request: sized("PATCH /a", "abc") },
  { title: "DELETE with a body", request: sized("DELETE /a", "abc") },
  { title: "OPTIONS", request: ask("OPTIONS /a") },
  { title: "PROPFIND", request: ask("PROPFIND /a") },
  { title: "an unreadable X-Timeout", request: get("/", "X-Timeout: soon") },
  { title: "a client that accepts events", request: get("/", "User-Agent: u", "Accept: text/html, Text/Event-Stream") },
  { title: "a client that accepts ndjson", request: get("/", "User-Agent: u", "Accept: application/x-ndjson;q=0.5") },
  reply("text without a type", answerWith("hi", [])),
  reply("JSON without a type", answerWith('{"a":1}', [])),
  reply("bytes without a type", answerWith("\x00\x01\xff", [])),
  reply("nothing without a type", answerWith("", [])),
  reply("chunks without a type", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"),
  reply("HEAD", "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\n\r\n", ask("HEAD /a")),
  reply("HEAD without a type", "HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\n", ask("HEAD /")),
  reply("an empty type", answerWith("hi", ["Content-Type:"])),
  reply("204", "HTTP/1.1 204 No Content\r\n\r\n"),
  reply("304", "HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"),
  reply("404", answerWith("no", ["Content-Type: a/b"], "404 Not Found")),
  reply("500", answerWith("no", ["Content-Type: a/b"], "500 Internal Server Error")),
  reply("a redirect", answerWith("", ["Location: /x/../y"], "302 Found")),
  reply("repeated cookies", answerWith("hi", ["Set-Cookie: a=1", "set-cookie: b=2", "Content-Type: a/b"])),
  reply("a duration of the function's own", answerWith("hi", ["X-Duration-Seconds: 9", "Content-Type: a/b"])),
  reply("early hints", `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${answerWith("hi")}`),
  reply("events", answerWith("data: 1\n\n", ["Content-Type: text/event-stream"])),
  reply("a dropped connection", null, sized("POST /", "abc")),
  reply("no HTTP at all", "nonsense\r\n\r\n"),
];

/** Differences that stay. docs/gateway.md has the same list. */
export interface KnownDifference extends WatchdogCase {
  readonly ofWatchdog: number;
  readonly ours: number;
  readonly why: string;
}

export const different: readonly KnownDifference[] = [
  {
    title: "a path that can be cleaned",
    request: get("//a//b/../c?x=1"),
    ofWatchdog: 307,
    ours: 200,
    why: "a redirect names a path without the function's prefix, and a function is to see what was sent",
  },
  {
    title: "a broken escape in the path",
    request: get("/a%zz"),
    ofWatchdog: 400,
    ours: 200,
    why: "paths are passed on as they came",
  },
  {
    title: "a whole URL as target",
    request: get("http://other.example/a"),
    ofWatchdog: 500,
    ours: 200,
    why: "a target that HTTP allows (RFC 9112, 3.2.2) is not an error of the function",
  },
  {
    title: "an encoded letter in the path of health",
    request: get("/_/healt%68"),
    ofWatchdog: 200,
    ours: 200,
    why: "paths are compared as they came",
  },
  {
    title: "HTTP/1.1 without a host",
    request: "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
    ofWatchdog: 400,
    ours: 400,
    why: "the body is Go's",
  },
  {
    title: "HTML without a type",
    request: get("/"),
    answer: answerWith("<html>hi</html>", []),
    ofWatchdog: 200,
    ours: 200,
    why: "text is not guessed to be a page, which a browser would run",
  },
  {
    title: "hop-by-hop headers of a request",
    request: get("/", "TE: trailers", "Keep-Alive: 3", "Proxy-Authorization: z"),
    ofWatchdog: 200,
    ours: 200,
    why: "they end at each hop (RFC 9110, 7.6.1), and at OpenFaaS' gateway too",
  },
  {
    title: "hop-by-hop headers of an answer",
    request: get("/"),
    answer: answerWith("hi", ["Content-Type: a/b", "Keep-Alive: timeout=5", "Proxy-Authenticate: x"]),
    ofWatchdog: 200,
    ours: 200,
    why: "as those of a request",
  },
  {
    title: "GET when a kept connection is dropped",
    request: get("/"),
    answer: null,
    ofWatchdog: 500,
    ours: 500,
    why: "Go asks again; ours calls a function once, because it may have acted on the first call",
  },
  {
    title: "a reason phrase",
    request: get("/"),
    answer: answerWith("hi", ["Content-Type: a/b"], "299 Very Odd"),
    ofWatchdog: 299,
    ours: 299,
    why: "the function's words stay",
  },
];
