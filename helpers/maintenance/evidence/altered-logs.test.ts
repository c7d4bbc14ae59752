/** Logs of gVisor and of the artifact's runtime, altered at random: lines that cannot be read are counted, never guessed. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, test } from "vitest";
import { createCallCollector } from "../../../reports/boot-log/call-collector.ts";
import { createBootLogParser } from "../../../reports/boot-log/parser.ts";
import { recordOfLogs } from "../../../reports/boot-log/log-record.ts";
import { readBootLogs, readSandboxes } from "../../../reports/boot-log/read-logs.ts";
import { artifactSyscalls, formatSyscalls } from "../../../reports/syscalls.ts";
import { parseRunscTrace } from "../../experiments/why/parse-runsc-trace.ts";
import { countChecks, registrationProblem } from "../../kalium/artifact/boot-log.ts";
import { checkReader } from "./altered.test-support.ts";

const at = "0619 12:00:00.000001       1 log.go:265] ";
const seven = "12.345µs:999ns:10µs:1.5ms:21.4µs:1.6ms:1.71ms";
const stamp = "2023-06-19T12:00:00.000002Z";
const valid = Buffer.from(
  [
    `I${at}Version release-20230529.0, go1.20, 1 CPUs`,
    `I${at}\t\tPlatform: systrap`,
    `D${at}[Kernel] The containerName: cart`,
    `D${at}[SendHostnameGuard] Waiting for reply`,
    `D${at}[SendHostnameGuard] Received reply`,
    `D${at}[ProxyLogger] DNSMap: [10 0 0 1 0 0 0 0 0 0 0 0 0 0 0 0] -> shop.example`,
    `D${at}[LookupTLSRecord] Length of outStandingTLSRecs: 2`,
    `I${at}[   7] [GETEValidateWriteMeasure] ${seven}`,
    `I${at}[   7] [ValidateWriteMeasure] Total time for Write syscall : [71 69 84 69] : 2.488758ms`,
    `W${at}[GETEValidateSendMsgMeasure] ${seven}`,
    `I${at}[AES_GCM_encrypt_measure] 62.5ms`,
    JSON.stringify({ msg: `[GETEValidateWriteMeasure] ${seven}`, level: "info", time: stamp }),
    JSON.stringify({ log: `[AES_GCM_encrypt_measure] 7µs`, level: "info", time: stamp }),
    "*** Dropped 12 log messages ***",
    "",
  ].join("\n"),
);
const words = [
  ...["[GETEValidateWriteMeasure] ", "[ValidateWriteMeasure] ", "Total time for ", " : [71 69 84 69] : ", "\nI", ":"],
  ...["1h", "9223372036854775807ns", "0s", "-1µs", "1e3ms", ".5s", "\xc2", "µ", "I0230 25:61:61.999999 1 a:1] "],
  ...["\n*** Dropped 99999999999999999999 log messages ***\n", '{"msg":null}', '{"msg":{},"time":[]}', "\r"],
];

let folder = "";
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), "kb-altered-logs-"))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** In pieces whose size is the input's last byte. @throws for a number that is not a whole count of nanoseconds */
function parse(input: Buffer): void {
  const collector = createCallCollector();
  const parser = createBootLogParser(collector, 2023);
  parser.startFile("altered.boot");
  const piece = 1 + (input.at(-2) ?? 0);
  for (let from = 0; from < input.length; from += piece) parser.push(Buffer.from(input.subarray(from, from + piece)));
  const { lines, formats, malformed, droppedMessages } = parser.end();
  const wanted = String(input).split("\n").length;
  const seen = Object.values(formats).reduce((sum, count) => sum + count, 0);
  if (seen !== lines || Math.abs(lines - wanted) > 1) throw new Error(`${seen} of ${lines} lines, expected ${wanted}`);
  if (!Number.isSafeInteger(droppedMessages)) throw new Error(`${droppedMessages} dropped messages`);
  if (malformed.first.some(({ line }) => line < 1 || line > lines)) throw new Error("a line that is not there");
  const tables = [...collector.series(), ...collector.totals(), { calls: collector.transport }];
  for (const { calls } of tables) {
    calls.forEach((row) => {
      if (!row.every((ns) => Number.isSafeInteger(ns) && ns >= 0)) throw new Error(`${row.join()} ns`);
    });
  }
}

test("a boot log, altered: every line counted, durations whole and never negative", () =>
  checkReader(valid, parse, { words }));

test("a boot log, altered: its report, its record and the artifact's statistics", async () => {
  const file = join(folder, "runsc.log.20230619-120000.000001.boot");
  const read = async (input: Buffer): Promise<void> => {
    await writeFile(file, input);
    const logs = await readBootLogs([file]);
    for (const format of ["plain", "json", "csv", "markdown"] as const) formatSyscalls(logs, format);
    recordOfLogs(logs, { runId: "r", name: "n" });
    artifactSyscalls(logs, true);
  };
  await checkReader(Buffer.from(String(valid).replace(/\n\{.*/s, "\n")), read, { words });
});

test("a packed boot log, altered", async () => {
  const file = join(folder, "packed.boot");
  await checkReader(gzipSync(valid), async (input) => {
    await writeFile(file, input);
    await readSandboxes([file]);
  });
});

test("what the artifact's guard says in a boot log, altered", async () => {
  const file = join(folder, "guard.boot");
  await checkReader(valid, async (input) => {
    await writeFile(file, input);
    await Promise.all([registrationProblem(file), countChecks(file)]);
  });
});

test("runsc's log of system calls, altered: times are numbers", () => {
  const call = "I1130 10:00:00.000001       1 strace.go:567] [   1:   1] node";
  const lines = [
    `${call} E read(0x3 host:[1], 0x1, 0x9)`,
    `${call} X read(0x3 host:[1], 0x1 "a", 0x9) = 9 (0x9) (4.2µs)`,
    `${call} E futex(0x1, FUTEX_WAIT|FUTEX_PRIVATE_FLAG, 0x0, null, 0x0, 0x0)`,
    `${call} X futex(0x1, FUTEX_WAIT|FUTEX_PRIVATE_FLAG, 0x0, null, 0x0, 0x0) = 0 (0x0) errno=11 (try again) (1s)`,
  ];
  const read = (input: Buffer): void => {
    for (const { startS, endS = 0, pid } of parseRunscTrace(String(input), 1_796_010_273)) {
      if (![startS, endS, pid].every(Number.isFinite)) throw new Error(`${startS} to ${endS} of ${pid}`);
    }
  };
  return checkReader(Buffer.from(`${lines.join("\n")}\n`), read, { words: [...words, " E ", " X ", "futex(", "] "] });
});
