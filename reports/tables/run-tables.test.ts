import { expect, test } from "vitest";
import { compare } from "../comparison.ts";
import { reportDocument } from "../report-document.ts";
import { syntheticRecord, syntheticRunRecord } from "../testing/synthetic.ts";

test.for([
  ["port-forward", true],
  ["cluster-ip", false],
] as const)("calls by %s: the latencies carry a warning is %s", ([calledBy, expected]) => {
  const latency = [syntheticRecord({ blocks: 1, rounds: 3 })];
  const run = syntheticRunRecord({ environment: { cluster: { gateway: { calledBy } } } });
  const document = reportDocument(
    { folder: "", run, latency, syscalls: [], load: [], recovered: [] },
    compare(latency),
  );
  const words = document.sections.find(({ title }) => title === "Latency")?.paragraphs?.join("\n");
  expect(words?.includes("used a port-forward")).toBe(expected);
});
