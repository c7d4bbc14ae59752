/** Requests of HTTP/1 that no client should send, as bytes in Latin-1: framing in doubt, absurd lengths, odd lines. */
import fc from "fast-check";
import type { Message } from "../../gateway/raw-http.test-support.ts";
import { applyEdits, editsWith, share } from "./altered.test-support.ts";

/** Stands in bodies: whoever takes a body for a request calls this. */
const smuggled = "GET /function/target/smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
const { length } = smuggled;
const hex = length.toString(16);
const chunked = `${hex}\r\n${smuggled}\r\n0\r\n\r\n`;

/** Lines of headers, and what follows them. */
type Framing = readonly [lines: readonly string[], body: string];

const framings: readonly Framing[] = [
  [[], ""],
  [[], smuggled],
  [[`Content-Length: ${length}`], smuggled],
  ...[`${length - 1}`, `${length + 1}`, "0", "-1", `+${length}`, `0x${hex}`, `${length}, ${length}`, `${length},0`].map(
    (text): Framing => [[`Content-Length: ${text}`], smuggled],
  ),
  ...["99999999999999999999", "1e9", "9007199254740993", `0${length}`, `${length} `, "", `${length}\x0b`].map(
    (text): Framing => [[`Content-Length: ${text}`], smuggled],
  ),
  [[`Content-Length: ${length}`, `Content-Length: ${length}`], smuggled],
  [[`Content-Length: 0`, `Content-Length: ${length}`], smuggled],
  [[`Content-Length: ${length}`, "Transfer-Encoding: chunked"], chunked],
  [["Transfer-Encoding: chunked", "Content-Length: 5"], chunked],
  [["Transfer-Encoding: chunked"], chunked],
  ...[
    "identity",
    "chunked, identity",
    "gzip, chunked",
    "xchunked",
    "\tchunked",
    "CHUNKED",
    "chunked\x0b",
    "chunked;a",
  ].map((text): Framing => [[`Transfer-Encoding: ${text}`], chunked]),
  [["Transfer-Encoding: identity", "Transfer-Encoding: chunked"], chunked],
  [["Transfer-Encoding : chunked"], chunked],
  [["Transfer-Encoding:", " chunked"], chunked],
  ...[
    `${hex};a="\r\n`,
    `0x${hex}\r\n`,
    `${hex} \r\n`,
    `-1\r\n`,
    "fffffffffffffffff\r\n",
    `${hex}\n`,
    `${hex}_\r\n`,
  ].map((size): Framing => [["Transfer-Encoding: chunked"], `${size}${smuggled}\r\n0\r\n\r\n`]),
  [["Transfer-Encoding: chunked"], `${hex}\r\n${smuggled}0\r\n\r\n`],
  [["Transfer-Encoding: chunked", "Trailer: X-One"], `${hex}\r\n${smuggled}\r\n0\r\nX-One: 1\r\nHost: y\r\n\r\n`],
  [["Transfer-Encoding: chunked"], `${hex}\r\n${smuggled}\r\n0\r\nContent-Length: 9\r\nTransfer-Encoding: x\r\n\r\n`],
  [["Transfer-Encoding: chunked"], `${"1\r\nx\r\n".repeat(300)}0\r\n\r\n`],
];

const lines: readonly string[] = [
  ...[
    "content-length",
    "close, content-length",
    "host",
    "transfer-encoding",
    "x-start-time, x-call-id",
    "keep-alive",
  ].map((listed) => `Connection: ${listed}`),
  ...[
    "Expect: 100-continue",
    "Expect: odd",
    "Upgrade: websocket",
    "Upgrade: h2c",
    "TE: trailers",
    "Connection: upgrade",
  ],
  ...[
    "X-Call-Id: a",
    "X-Call-Id: ",
    "X-Call-Id: a\xe9\x80",
    "X-Start-Time: 1",
    "X-Forwarded-For: x",
    "X-Timeout: 9e9s",
  ],
  ...[
    "X-Callback-Url: http://127.0.0.1:1/",
    "X-Callback-Url: ::",
    "Content-Type: a\xff/b",
    "Accept: text/event-stream",
  ],
  ...[
    "X-Fold: a",
    " b",
    "\tc",
    ": d",
    "X-Nothing",
    "X Space: 1",
    "X-Space : 1",
    "X\0: 1",
    "X-Nul: a\0b",
    "X-Del: \x7f",
  ],
  ...["X-Cr: a\rb", "X-Lf: a\nContent-Length: 3", "Host: other", "Host:", "Host: a b", "__proto__: x", "Cookie: a=b"],
  ...[`X-Long: ${"l".repeat(70_000)}`, `${"n".repeat(9_000)}: 1`, `${"X-Many: 1\r\n".repeat(1_500)}X-Last: 1`],
];

const targets: readonly string[] = [
  ...["/function/target/a", "/function/target", "/function/target?", "/function/target.openfaas-fn/b?c=%zz#d"],
  ...[
    "/function/target/../other",
    "/function//target",
    "/function/%74arget",
    "/function/target/\x80\xff",
    "/function/",
  ],
  ...[
    "/async-function/target/c",
    "/function/other/a",
    "/function/target.other",
    "/function/__proto__",
    "/function/target\\",
  ],
  ...["http://h/function/target/d", "HTTP://h:1", "http:///function/target/e", "*", "target:80", "function/target", ""],
  ...[
    "/system/functions",
    "/system/function/%ff",
    "/healthz",
    "/",
    "/ui/%",
    "//",
    `/function/target/${"p".repeat(9_000)}`,
  ],
];

/** One of `odd` in so many. */
const mostly = (fine: fc.Arbitrary<string>, odd: readonly string[], oneIn = 12): fc.Arbitrary<string> =>
  fc.oneof({ arbitrary: fine, weight: oneIn - 1 }, { arbitrary: fc.constantFrom(...odd), weight: 1 });

const call = fc
  .record({
    method: mostly(fc.constantFrom("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"), [
      ...["TRACE", "CONNECT", "get", "PRI", "G\0T", "", "QUERY", "SOURCE", "M-SEARCH"],
    ]),
    target: mostly(fc.constant("/function/target/a"), targets, 3),
    version: mostly(fc.constant("HTTP/1.1"), ["HTTP/1.0", "HTTP/2.0", "HTTP/0.9", "http/1.1", ""]),
    host: mostly(fc.constant("Host: caller.example"), [""]),
    more: fc.array(fc.constantFrom(...lines), { maxLength: 2 }),
    framing: fc.constantFrom(...framings),
    lineEnd: mostly(fc.constant("\r\n"), ["\n", "\r", "\r\r\n"]),
  })
  .map(({ method, target, version, host, more, framing: [frame, body], lineEnd }) => {
    const head = [`${method} ${target} ${version}`, host, ...more, ...frame].filter((line) => line !== "");
    return `${head.join(lineEnd)}${lineEnd}${lineEnd}${body}`;
  });

const words = [
  "\r\n\r\n",
  "\r\n",
  "\n",
  " ",
  "\t",
  "0\r\n\r\n",
  "Content-Length: 1\r\n",
  "Transfer-Encoding: chunked\r\n",
];

/** One to three requests on one connection, most of them odd, some altered byte by byte, in the pieces they are sent in. */
export const oddRequests: fc.Arbitrary<readonly Buffer[]> = fc
  .record({
    calls: fc.array(call, { minLength: 1, maxLength: 3 }),
    edits: fc.oneof(
      { arbitrary: fc.constant([]), weight: 3 },
      { arbitrary: editsWith([...words, smuggled]), weight: 1 },
    ),
    cuts: fc.array(share, { maxLength: 3 }),
  })
  .map(({ calls, edits, cuts }) => {
    const bytes = applyEdits(Buffer.from(calls.join(""), "latin1"), edits);
    const places = [0, ...cuts.map((cut) => Math.floor(cut * bytes.length)).sort((a, b) => a - b), bytes.length];
    return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
  });

/** Why no gateway may send such a request; `undefined`: it may. Names and values: RFC 9110, 5. */
export function requestProblem({ start, headers }: Message): string | undefined {
  if (!/^[A-Z]+ \/[!-~\x80-\xff]* HTTP\/1\.1$/.test(start)) return `its first line is ${JSON.stringify(start)}`;
  const odd = headers.find(
    ([name, value]) => !/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || !/^[\t -~\x80-\xff]*$/.test(value),
  );
  if (odd !== undefined) return `it has the line ${JSON.stringify(odd)}`;
  const of = (wanted: string): readonly string[] =>
    headers.flatMap(([name, value]) => (name.toLowerCase() === wanted ? [value] : []));
  const [lengths, encodings] = [of("content-length"), of("transfer-encoding")];
  if (lengths.length + encodings.length > 1) return `its end is in doubt: ${[...lengths, ...encodings].join("; ")}`;
  if (encodings.some((value) => value !== "chunked")) return `it is encoded as ${encodings.join()}`;
  if (lengths.some((value) => !/^\d{1,15}$/.test(value))) return `it has ${lengths.join()} bytes`;
  if (of("host").length !== 1) return `it names ${of("host").length} hosts`;
  return of("x-start-time").length === 1 ? undefined : "the gateway has not stamped it";
}
