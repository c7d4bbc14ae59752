import { afterEach, expect, test } from "vitest";
import { compare } from "../comparison.ts";
import { reportDocument } from "../report-document.ts";
import { nameSystems } from "../records/system-titles.ts";
import { systemTitle } from "../figures/figure-order.ts";
import { openProofs, proofsTable } from "./run-tables.ts";
import { syntheticRecord, syntheticRunRecord } from "../testing/synthetic.ts";

afterEach(() => nameSystems());

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

test("a system whose instances left their runtime open is marked by its title, and its blocks are not counted as proven", () => {
  const proven = syntheticRecord({ blocks: 2, rounds: 3 });
  const [first] = proven.systems;
  if (first === undefined) throw new TypeError("a record without systems");
  const proofs = proven.proofs.map((proof) =>
    proof.system === first.name && proof.block === 1 ? { ...proof, unproven: "only its class says what it is" } : proof,
  );
  const title = systemTitle(first.name);
  const rowOf = (record: typeof proven, name: string) => proofsTable([record]).rows.find(([system]) => system === name);
  expect(rowOf(proven, title)).toContain("2/2");
  expect(openProofs([proven])).toEqual([]);
  const record = { ...proven, proofs };
  nameSystems({ latency: [record], load: [] });
  const marked = `${title} (runtime not proven)`;
  expect(systemTitle(first.name)).toBe(marked);
  expect(systemTitle(`${first.name}-aa`)).toBe(`${marked} again (A/A)`);
  expect(rowOf(record, marked)).toContain("1/2");
  expect(openProofs([record])).toEqual([`${marked}: only its class says what it is.`]);
});
