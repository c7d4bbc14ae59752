/** The logs of the artifact's own runtime, against counts and medians by grep, sed, awk and sort. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { summariseSeries } from "../syscalls/summary.ts";
import { type LoggedSeries, callStages } from "../records/syscall-stages.ts";
import { readBootLogs } from "./read-logs.ts";

const folder = fileURLToPath(new URL("../../../shared/data/boot/", import.meta.url));
const absent = existsSync(folder) ? undefined : "the logs of the artifact's runtime are not here: ../shared/data/boot";

const tags: Readonly<Record<LoggedSeries, string>> = {
  write: "GETEValidateWriteMeasure",
  sendmsg: "GETEValidateSendMsgMeasure",
  encrypt: "AES_GCM_encrypt_measure",
};

const shell = (script: string, ...args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync("sh", ["-c", script, "sh", ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
};

/** Of the durations in one column, ns, ascending, by other programs than ours. */
function independently(file: string, series: LoggedSeries, column: number): readonly number[] {
  const toNs = `
    { unit = $0; sub(/^[0-9.]+/, "", unit)
      factor = unit == "ns" ? 1 : unit == "ms" ? 1e6 : unit == "s" ? 1e9 : 1e3
      printf "%.0f\\n", $0 * factor }`;
  const text = shell(
    `grep -F "[$2] " "$1" | sed 's/.*\\] //' | cut -d: -f"$3" | LC_ALL=C awk '${toNs}' | sort -n`,
    ...[file, tags[series], String(column)],
  );
  return text === "" ? [] : text.split("\n").map(Number);
}

const middle = (sorted: readonly number[]): number =>
  ((sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN) + (sorted[Math.floor(sorted.length / 2)] ?? NaN)) / 2;

test.for([
  ["kalium-node.boot", { write: 300, sendmsg: 0, encrypt: 0 }],
  ["microbench-node.boot", { write: 300, sendmsg: 0, encrypt: 0 }],
  ["microbench-py.boot", { write: 0, sendmsg: 300, encrypt: 0 }],
  ["microbench-tls.boot", { write: 20, sendmsg: 0, encrypt: 20 }],
] as const)("counts and medians of %s are those of grep and sort", async ([log, counts], { skip }) => {
  if (absent !== undefined) skip(absent);
  const file = folder + log;
  const { series, logs } = await readBootLogs([file]);
  expect(logs[0]?.malformed.count).toBe(0);
  expect(logs[0]?.lines).toBe(Number(shell('wc -l < "$1"', file)));
  for (const summary of series.map(summariseSeries)) {
    const name = summary.name as LoggedSeries;
    expect(summary.n).toBe(counts[name]);
    const stages = summary.name === "encrypt" ? (["encrypt"] as const) : callStages;
    for (const [index, stage] of stages.entries()) {
      const sorted = independently(file, name, index + 1);
      expect(sorted).toHaveLength(summary.n);
      if (sorted.length === 0) continue;
      expect(summary.stages[stage]?.medianNs, `${summary.name} ${stage}`).toBe(middle(sorted));
      expect(summary.stages[stage]?.minNs).toBe(sorted[0]);
      expect(summary.stages[stage]?.maxNs).toBe(sorted.at(-1));
    }
  }
});

test("the folder of logs is four sandboxes of one function, without a violated invariant", async ({ skip }) => {
  if (absent !== undefined) skip(absent);
  const { series, logs } = await readBootLogs([folder]);
  expect(series.map(({ calls }) => calls.length)).toEqual([620, 300, 20]);
  for (const { facts } of logs) {
    expect(facts.containerNames).toEqual(["myfn"]);
    expect(facts.header).toMatchObject({ platform: "ptrace", network: "sandbox" });
    expect(facts.policy).toMatchObject({ asked: true, present: false, errors: 0 });
    expect(facts.policy.fetchNs).toBeGreaterThan(1e6);
  }
  expect(logs.map(({ facts }) => facts.tlsLookups.hits)).toEqual([0, 0, 0, 20]);
  for (const { rests } of series.map(summariseSeries)) for (const { negative } of rests) expect(negative).toBe(0);
});
