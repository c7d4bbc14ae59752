import { expect, test } from "vitest";
import { seededRandom } from "../stats/random.ts";
import type { Rows } from "../records/syscall-rows.ts";
import { createCallCollector } from "./call-collector.ts";
import { type ParsedLog, createBootLogParser } from "./parser.ts";

const read = (rows: Rows): number[][] => {
  const all: number[][] = [];
  rows.forEach((row) => all.push([...row]));
  return all;
};

interface Parsed extends ParsedLog {
  readonly write: number[][];
  readonly sendmsg: number[][];
  readonly encrypt: number[][];
  readonly totals: Readonly<Record<string, number[][]>>;
  readonly transport: number[][];
}

function parse(text: string | Buffer, chunk = () => 1_000_000, year?: number): Parsed {
  const collector = createCallCollector();
  const parser = createBootLogParser(collector, year);
  parser.startFile("a.boot");
  const bytes = Buffer.from(text);
  for (let at = 0, size = chunk(); at < bytes.length; at += size, size = chunk()) {
    parser.push(Buffer.from(bytes.subarray(at, at + size)));
  }
  const log = parser.end();
  const [write = [], sendmsg = [], encrypt = []] = collector.series().map(({ calls }) => read(calls));
  const totals = collector.totals().map(({ name, event, calls }) => [`${name} ${event}`, read(calls)] as const);
  return { ...log, write, sendmsg, encrypt, totals: Object.fromEntries(totals), transport: read(collector.transport) };
}

const head = "I0619 12:00:00.000001       1 log.go:265] ";
const seven = "12.345µs:999ns:10µs:1.5ms:21.4µs:1.6ms:1.71ms";
const sevenNs = [12_345, 999, 10_000, 1_500_000, 21_400, 1_600_000, 1_710_000];
const json = (message: string, member = "msg"): string =>
  JSON.stringify({ [member]: message, level: "info", time: "2023-06-19T12:00:00.000002Z" });

test.each([
  ["text", `${head}[GETEValidateWriteMeasure] ${seven}`],
  [
    "text of another caller and a long process id",
    `W1231 23:59:59.999999 1234567 ???:0] [GETEValidateWriteMeasure] ${seven}`,
  ],
  ["text with CR", `${head}[GETEValidateWriteMeasure] ${seven}\r`],
  ["a task's text", `${head}[ 1234] [GETEValidateWriteMeasure] ${seven}`],
  ["json", json(`[GETEValidateWriteMeasure] ${seven}`)],
  ["json-k8s", json(`[GETEValidateWriteMeasure] ${seven}`, "log")],
])("reads a call in %s, with and without a line feed at the end", (_, line) => {
  expect(parse(`${line}\n`).write).toEqual([sevenNs]);
  expect(parse(line).write).toEqual([sevenNs]);
  expect(parse(line).malformed.count).toBe(0);
});

test("tells the three kinds of measurement apart, and the format of each line", () => {
  const { write, sendmsg, encrypt, formats, lines } = parse(
    [
      `${head}[GETEValidateSendMsgMeasure] ${seven}`,
      json("[   7] [AES_GCM_encrypt_measure] 45.123µs"),
      `${head}[   7] [AES_GCM_encrypt_measure] 46µs`,
      json(`[GETEValidateWriteMeasure] ${seven}`, "log"),
      "goroutine 1 [running]:",
    ].join("\n"),
  );
  expect([write, sendmsg, encrypt]).toEqual([[sevenNs], [sevenNs], [[45_123], [46_000]]]);
  expect(formats).toEqual({ text: 2, json: 1, "json-k8s": 1, raw: 1 });
  expect(lines).toBe(5);
});

test("a tag counts only where a message starts, and only the whole tag", () => {
  const { write, malformed } = parse(
    [
      `${head}Opening "/tmp/[GETEValidateWriteMeasure] ${seven}"`,
      `${head}[Kernel] The containerName: [GETEValidateWriteMeasure] ${seven}`,
      `${head}[XGETEValidateWriteMeasure] ${seven}`,
      `${head}[GETEValidateWriteMeasureX] ${seven}`,
      `${head}[7] [8] [GETEValidateWriteMeasure] ${seven}`,
    ].join("\n"),
  );
  expect(write).toEqual([]);
  expect(malformed.count).toBe(0);
});

test("malformed lines are counted with file, number and reason, and end nothing", () => {
  const { write, malformed } = parse(
    [
      `${head}[GETEValidateWriteMeasure] ${seven}`,
      `${head}[GETEValidateWriteMeasure] 1ms:2ms`,
      `${head}[GETEValidateWriteMeasure] ${seven}:1ms`,
      `${head}[GETEValidateWriteMeasure]`,
      `${head}[ValidateWriteMeasure] Total time for Write syscall : [71 69 84 69] : soon`,
      `${head}[GETEValidateWriteMeasure]${seven}`,
      `easure] 1ms [GETEValidateWriteMeasure] ${seven}`,
      `{"msg":"[GETEValidateWriteMeasure] ${seven}`,
      `${head}[GETEValidateWriteMeasure] ${seven}`,
      `${head}[GETEValidateWriteMeasure] ${seven.slice(0, -1)}`,
    ].join("\n"),
  );
  expect(write).toEqual([sevenNs, sevenNs]);
  expect([malformed.count, malformed.measurements]).toEqual([8, 7]);
  expect(malformed.first.map(({ file, line, reason }) => `${file}:${line} ${reason}`)).toEqual([
    "a.boot:2 2 durations instead of 7",
    "a.boot:3 more than 7 durations",
    "a.boot:4 duration 1 is missing",
    "a.boot:5 duration 1 is not a Go duration",
    "a.boot:6 no blank after the tag",
    "a.boot:7 the line does not begin as a log line does",
    "a.boot:8 the line does not begin as a log line does",
    "a.boot:10 duration 7 is not a Go duration",
  ]);
  expect(malformed.first[0]?.text).toBe("[GETEValidateWriteMeasure] 1ms:2ms");
});

test("of many malformed lines all are counted and the first are kept", () => {
  const { malformed } = parse(`${head}[AES_GCM_encrypt_measure] ?\n`.repeat(1_000));
  expect(malformed.count).toBe(1_000);
  expect(malformed.first).toHaveLength(20);
});

test("no environment line is in the result, not even inside a malformed one", () => {
  const secret = "hunter2";
  const environment = `[ProxyLogger] EnvVars: [PATH=/bin MYSQL_PASSWORD=${secret}]`;
  const result = parse(
    [
      `${head}${environment}`,
      json(environment),
      `${head}Spec.Process: &{Env:[MYSQL_PASSWORD=${secret}]}`,
      `${head}\tVersion ${environment}`,
      `${head}[GETEValidateWriteMeasure] 1ms:${environment}`,
      `${head}[GETEValidateWriteMeasure] MYSQL_PASSWORD=${secret}`,
      `${head}[ValidateWriteMeasure] Total time for ${environment}`,
      `${environment} [AES_GCM_encrypt_measure] 1ms`,
      `${head}[ProxyLogger] DNSMap: [1 2 3] -> ${secret}`,
    ].join("\n"),
  );
  expect(result.malformed.count).toBe(4);
  expect(JSON.stringify(result)).not.toContain(secret);
});

test("lines of megabytes are read in bounded memory, and the lines after them", () => {
  const record = `{23 3 3 16384 [${"137 ".repeat(600_000)}1]}`;
  const text = [
    `${head}[   7] [LookupTLSRecord] Looking up record: ${record}`,
    `${head}[   7] [LookupTLSRecord] Record Status : ${record} : true`,
    json(`[   7] [LookupTLSRecord] Record Status : ${record} : false`),
    `${head}[GETEValidateWriteMeasure] ${"1ms:".repeat(600_000)}`,
    `${head}[GETEValidateWriteMeasure] ${seven}`,
  ].join("\n");
  for (const chunk of [65_536, 2 ** 20, 2 ** 25]) {
    const { facts, write, malformed } = parse(text, () => chunk);
    expect(facts.tlsLookups).toMatchObject({ hits: 1, misses: 1 });
    expect(write).toEqual([sevenNs]);
    expect(malformed.first.map(({ line, reason }) => [line, reason])).toEqual([[4, "line of more than 65536 bytes"]]);
  }
});

test("totals are kept by syscall and event; a guarded write's transport is its total without its check", () => {
  const total = (event: string, duration: string) =>
    `${head}[ValidateWriteMeasure] Total time for Write syscall : [${event}] : ${duration}`;
  const { totals, transport } = parse(
    [
      total("83 69 78 68", "100µs"),
      `${head}[GETEValidateWriteMeasure] ${seven}`,
      total("71 69 84 69", "1.81ms"),
      total("71 69 84 69", "3ms"), // its own check was in another log
      `${head}[GETEValidateWriteMeasure] ${seven}`,
      total("83 69 78 68", "50µs"), // of another task, in between
      total("71 69 84 69", "1.9ms"),
      total("1 2 3 4", "7ns"),
      `${head}[ValidateSendMsgMeasure] Total time for ValidateSendMsgMeasure: [69 78 68 69] : 9ms`,
    ].join("\n"),
  );
  expect(totals).toEqual({
    "write SEND": [[100_000], [50_000]],
    "write GETE": [[1_810_000], [3_000_000], [1_900_000]],
    "write other": [[7]],
    "sendmsg ENDE": [[9_000_000]],
  });
  expect(transport).toEqual([[100_000]]);
});

test("the sandbox's facts are gathered", () => {
  const at = (time: string, message: string) => `I1231 ${time}       1 log.go:265] ${message}`;
  const { facts, droppedMessages, measured } = parse(
    [
      at("23:59:58.000001", "Version kalium-microbench-e662ecee"),
      at("23:59:58.000002", "\t\tPlatform: ptrace"),
      at("23:59:58.000003", "\t\tFileAccess: exclusive, overlay: false"),
      at("23:59:58.000004", "[Kernel] The containerName: "),
      at("23:59:58.000005", "[Kernel] The containerName: my\u001bfn"),
      at("23:59:58.000006", "[SendHostnameGuard] Waiting for reply"),
      at("23:59:58.010006", "[SendHostnameGuard] Received reply"),
      at("23:59:58.010007", "[SendHostnameGuard] Initialized Policy"),
      at("23:59:58.010008", "[ProxyLogger] DNSMap: [10 77 0 1 0 0 0 0 0 0 0 0 0 0 0 0] -> img.example"),
      at("23:59:58.010008", "[ProxyLogger] DNSMap: [32 1 13 184 0 0 0 0 0 0 0 0 0 0 0 1] -> six.example"),
      at("23:59:58.010009", "[   2] [LookupTLSRecord] Length of outStandingTLSRecs: 3"),
      at("23:59:58.010009", "[   2] [LookupTLSRecord] Record Status : {23 3 3 1 [4]} : true"),
      at("23:59:58.010009", "[   2] [LookupTLSRecord] Length of outStandingTLSRecs: 0"),
      at("23:59:59.000000", `[GETEValidateWriteMeasure] ${seven}`),
      "",
      "*** Dropped 12 log messages ***",
      "*** Dropped 99999999999999999999 log messages ***", // no count that a number holds
      "",
      `I0101 00:00:01.000000       1 log.go:265] [GETEValidateWriteMeasure] ${seven}`,
    ].join("\n"),
    undefined,
    2023,
  );
  expect(facts).toEqual({
    header: { version: "kalium-microbench-e662ecee", platform: "ptrace", fileAccess: "exclusive" },
    containerNames: ["my?fn"],
    hosts: { "10.77.0.1": "img.example", "2001:db8:0:0:0:0:0:1": "six.example" },
    tlsLookups: { hits: 1, misses: 0, empty: 1, longestQueue: 3, lastQueue: 0 },
    policy: { asked: true, fetchNs: 10_000_000, present: true, errors: 0 },
  });
  expect(droppedMessages).toBe(12);
  expect(measured).toEqual({ from: "2023-12-31T23:59:59.000000", to: "2024-01-01T00:00:01.000000" });
});

test("10,000 fuzzed lines: no crash, and exactly those that an independent pattern accepts are counted", () => {
  const random = seededRandom(13);
  const below = (count: number): number => Math.floor(random() * count);
  const templates = [
    `${head}[GETEValidateWriteMeasure] ${seven}`,
    `${head}[   7] [GETEValidateSendMsgMeasure] 1m2.5s:0s:1ns:1h0m1s:2.5µs:3s:4ms`,
    `${head}[   7] [AES_GCM_encrypt_measure] 45.123µs`,
    `${head}[ValidateWriteMeasure] Total time for Write syscall : [71 69 84 69] : 2.488758ms`,
    json(`[GETEValidateWriteMeasure] ${seven}`),
    `${head}[   2] [LookupTLSRecord] Record Status : {23 3 3 1 [4]} : true`,
    `${head}[ProxyLogger] DNSMap: [10 77 0 1 0 0 0 0 0 0 0 0 0 0 0 0] -> img.example`,
  ].map((line) => Buffer.from(line));
  const mutated = (): Buffer => {
    const line = Buffer.from(templates[below(templates.length)] ?? "");
    for (let left = below(4); left > 0; left--) {
      const at = below(line.length);
      if (random() < 0.3) return Buffer.concat([line.subarray(0, at), line.subarray(at + 1 + below(3))]);
      line[at] = random() < 0.5 ? below(256) : (line[below(line.length)] ?? 0);
    }
    return line;
  };
  const lines = Array.from({ length: 10_000 }, mutated).map((line) => line.filter((byte) => byte !== 10));
  const text = Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")]));

  const d = String.raw`(?:(?:\d{1,3}h[0-5]?\dm[0-5]?\d|\d{1,4}m[0-5]?\d|\d{1,6})(?:\.\d{1,9})?s|\d{1,9}(?:\.\d{1,6})?ms|\d{1,12}(?:\.\d{1,3})?(?:\xc2\xb5|\xce\xbc|u)s|\d{1,15}ns)`;
  const header = String.raw`^[DIW?].{4} .{2}:.{2}:.{2}\..{6} [^\]]*\] (?:\[ *\d+\] )?`;
  const pattern = new RegExp(String.raw`${header}\[GETEValidate(?:Write|SendMsg)Measure\] (?:${d}:){6}${d}\r?$`, "s");
  const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1"); // a character per byte
  const ofJson = (line: string): string => {
    try {
      const { msg, log, time } = JSON.parse(line) as Record<string, unknown>;
      const message = msg ?? log;
      return typeof time === "string" && typeof message === "string" ? head + latin1(Buffer.from(message)) : "";
    } catch {
      return "";
    }
  };
  const decoded = lines.map((line) => (line[0] === 0x7b ? ofJson(Buffer.from(line).toString()) : latin1(line)));
  const wanted = decoded.filter((line) => pattern.test(line)).length;

  const result = parse(text, () => 1 + below(4_000));
  expect(result.lines).toBe(10_000);
  expect(result.write.length + result.sendmsg.length).toBe(wanted);
  expect(wanted).toBeGreaterThan(1_000);
  expect(result.malformed.count).toBeGreaterThan(500);
});
