/**
 * Readers of what strangers write get valid inputs that were altered at random, 10,000 each. They give a value, or an error
 * of ours that says what to do: no other error, and no key that reaches a prototype. Seeded; a failure shows the
 * smallest input that it has.
 */
import { test } from "vitest";
import { z } from "zod";
import { parseSummary, parseTimings } from "../../../reports/interchange/seconds.ts";
import { decodeLines, encodeLine } from "../../../reports/records/journal-lines.ts";
import { parseAs } from "../../../reports/records/json-file.ts";
import { latencyRecordSchema } from "../../../reports/records/record.ts";
import { syntheticRecord } from "../../../reports/testing/synthetic.ts";
import { readSection } from "../../application/section.ts";
import { parseRunscTrace } from "../../experiments/why/parse-runsc-trace.ts";
import { parseTrace } from "../../experiments/why/parse-strace.ts";
import { parseGoDurationMs } from "../../gateway/go-duration.ts";
import { parseMemoryBytes } from "../../gateway/quantity.ts";
import { readImageConfig } from "../../image-cache/image-config.ts";
import { parseReference } from "../../image-cache/reference.ts";
import { decodeEvent } from "../../kalium/core/event.ts";
import { parseLocalPolicy, parsePolicy } from "../../kalium/core/policy.ts";
import { readCtrLogLine } from "../../kalium/learn/ctr-log.ts";
import { readGuardLogLine } from "../../kalium/learn/guard-log.ts";
import { readGreeting, readHookEvent } from "../../kalium/proxy/hook-message.ts";
import { cartPolicy } from "../../kalium/testing/cart-policy.ts";
import { encodeFrame, messageTypes } from "../../kalium/wire/frame.ts";
import { readGuardMessage, readReply } from "../../kalium/wire/messages.ts";
import { parseMysqlUrl } from "../../services/mysql/sources/url.ts";
import { checkReader } from "./altered.test-support.ts";

const event = "cart:SEND:10.0.0.1:3306/:GET:10.0.0.1:3306:0:7:kb-1";
const hookEvent = { id: 1, request: "r", session: "s", event: "SEND", host: "a", peer: "10.0.0.1:80", path: "/" };
const verdict = { kind: "verdict", function: "cart", event: "SEND", url: "a/", method: "GET", verdict: "allow" };
const imageConfig = { architecture: "amd64", os: "linux", config: { Cmd: ["node", "a.js"], Env: ["A=b"] } };
const application = `functions: { a: { image: a } }
kalium-bench:
  calls: { hello: { function: a, json: &x { b: 1 }, expect: { json: *x } } }
`;
const head = encodeLine("header", { schema: "x" }, 0);
const journal = head.line + encodeLine("sample", { block: 1 }, head.crc).line;
const record = JSON.stringify(syntheticRecord({ blocks: 1, rounds: 1 }));
const policy = z.looseObject({ LOCALGRAPH: z.array(z.unknown()) }).parse(JSON.parse(cartPolicy("strict")));
const localPolicy = JSON.stringify({ ...policy, GRAPH: policy.LOCALGRAPH[0] });
const straced = "12<node> 1796010273.146443 read(3<TCP:[1->2]>, ..., 9) = 9 <0.000276>\n";
const sentry = "I1130 10:00:00.000001       1 strace.go:567] [   1:   1] node E read(0x3 host:[1], 0x1, 0x9)\n";

const readers: Readonly<Record<string, readonly [seed: string | Buffer, read: (input: Buffer) => unknown]>> = {
  "a policy": [cartPolicy("strict"), (input) => parsePolicy(String(input), "altered")],
  "a policy of one function": [localPolicy, (input) => parseLocalPolicy(String(input), "altered")],
  "an event": [event, (input) => decodeEvent(String(input))],
  "a line of ctr's log": [`10:00:00 INFO  ctr.c:12: event ${event}`, (input) => readCtrLogLine(String(input), "host")],
  "a line of the guard's log": [JSON.stringify(verdict), (input) => readGuardLogLine(String(input))],
  "a greeting of the hook": [JSON.stringify({ token: "t", instance: "i" }), (input) => readGreeting(String(input))],
  "an event of the hook": [JSON.stringify(hookEvent), (input) => readHookEvent(String(input))],
  "a message of a guard": [encodeFrame(messageTypes.checkEvent, 0, event), readGuardMessage],
  "a reply of a controller": [
    encodeFrame(messageTypes.checkResponse, 0, "allow", { trailer: true }),
    (input) => [readReply(input, "verdict", "strict"), readReply(input, "policy", "artifact")],
  ],
  "an application file": [application, (input) => readSection("altered.yml", String(input))],
  "an image's configuration": [JSON.stringify(imageConfig), (input) => readImageConfig(String(input), "altered")],
  "an image's name": [
    `registry.example:5000/a/b:1.0@sha256:${"0".repeat(64)}`,
    (input) => parseReference(String(input)),
  ],
  "a database's URL": ["mysql://root:secret@127.0.0.1:3306/", (input) => parseMysqlUrl(String(input))],
  "lines of a journal": [
    journal,
    (input) => decodeLines("altered", [input], { schema: z.unknown(), chainedSchema: "x" }, () => undefined),
  ],
  "a record": [record, (input) => parseAs(jsonOf(input), latencyRecordSchema, "altered")],
  "a trace of strace": [straced + straced, (input) => parseTrace(String(input))],
  "a trace of runsc": [sentry + sentry.replace(" E ", " X "), (input) => parseRunscTrace(String(input), 1_796_010_273)],
  "timings of the artifact": ["0.123\n0.2\n1.5e-3\n", (input) => parseTimings(String(input))],
  "an average of the artifact": ["0.123 20\n", (input) => parseSummary(String(input))],
  "a duration": ["1h2m3.5s", (input) => parseGoDurationMs(String(input))],
  "an amount of memory": ["128Mi", (input) => parseMemoryBytes(String(input))],
};

/** What is not JSON is refused before the schema is asked. */
function jsonOf(input: Buffer): unknown {
  try {
    return JSON.parse(String(input));
  } catch {
    return undefined;
  }
}

test.for(Object.entries(readers))("%s, altered: a value, or an error of ours", ([, [seed, read]]) =>
  checkReader(Buffer.from(seed), read),
);
