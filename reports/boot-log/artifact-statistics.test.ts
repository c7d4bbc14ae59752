import { expect, test } from "vitest";
import { rowsOf } from "../records/syscall-rows.ts";
import { type Series, type SeriesName, callStages } from "../records/syscall-stages.ts";
import { artifactSeconds, artifactStatistics, artifactText } from "./artifact-statistics.ts";
import { durationNs } from "./go-duration.ts";

const series = (name: SeriesName, ...calls: readonly string[]): Series => {
  const rows = calls.map((text) => text.split(":").map(durationNs));
  const stages = name === "encrypt" ? (["encrypt"] as const) : callStages;
  return { name, stages, calls: rowsOf(stages.map((_, index) => rows.map((row) => row[index] ?? NaN))) };
};
const goldenWrite = series(
  "write",
  "12.345µs:1.5µs:10µs:1.5ms:20µs:1.6ms:1.7ms",
  "2.345µs:500ns:10µs:1.5ms:20µs:1.6ms:1.7ms",
);

test.each([
  ["0s", undefined],
  ["1ns", 1],
  ["999ns", 999],
  ["1µs", 1e-6],
  ["999.999999ms", 0.999999999],
  ["1s", undefined],
  ["12s", 1],
  ["1.5s", 1],
  ["2.34s", 2.3],
  ["1.000000001s", 1],
  ["1m2.5s", undefined],
  ["1h0m1s", undefined],
])("takes %s for %s s", (text, seconds) => {
  expect(artifactSeconds(durationNs(text))).toBe(seconds);
});

test("prints the golden line, in which half a microsecond has become 500 s", () => {
  const statistics = artifactStatistics([goldenWrite]);
  expect(statistics.misread).toBe(1);
  expect(artifactText(statistics)).toContain(
    "tls_lookup Min: 0.000002, Max: 500.000000, Mean: 250.000001, Stdev: 353.553390\n",
  );
});

test("prints its blocks, names and rules in its order", () => {
  const text = artifactText(
    artifactStatistics([
      series("encrypt", "80µs", "100µs"),
      series("write", "10µs:10µs:10µs:1.5ms:20µs:1.6ms:1.7ms"),
      series("sendmsg", "10µs:10µs:10µs:1.5ms:20µs:1.6ms:1.7ms"),
    ]),
  );
  expect(text.replaceAll(/ Min: .*/g, "").split("\n")).toEqual([
    "SendMsg Stats:",
    ...["tls_parsing", "tls_lookup", "event_construction", "local_guard", "global_ctr", "tot_syscall"],
    "------",
    "Write Stats:",
    ...["tls_parsing", "tls_lookup", "event_construction", "local_guard", "global_ctr", "tot_syscall"],
    "------",
    "AES_GCM_ENC Stats",
    "tot_syscall",
    "",
  ]);
  expect(text).toContain("tot_syscall Min: 0.000080, Max: 0.000100, Mean: 0.000090, Stdev: 0.000014\n");
  expect(text).toContain("local_guard Min: 0.000020, Max: 0.000020, Mean: 0.000020, Stdev: 0.000000\n");
});

test("labels the encryption rightly when asked to", () => {
  const text = artifactText(artifactStatistics([series("encrypt", "80µs")], { corrected: true }));
  expect(text).toBe(
    "------\n------\nAES_GCM_ENC Stats\naes_gcm_encrypt Min: 0.000080, Max: 0.000080, Mean: 0.000080, Stdev: 0.000000\n",
  );
});

test.each([
  ["an exempt peer's 0s", [series("write", "1µs:1µs:1µs:0s:0s:1µs:2µs")], "ValueError: it cannot read 0s"],
  ["a hang of minutes", [series("write", "1µs:1µs:1µs:1ms:2ms:9m59.8s:10m0s")], "cannot read 9m59.8s, 10m0s"],
  ["encryption alone", [series("encrypt", "80µs")], "UnboundLocalError"],
] as const)("says that the script ends on %s", (_, all, reason) => {
  const { lines, raises } = artifactStatistics(all);
  expect(lines).toEqual([]);
  expect(raises).toContain(reason);
});
