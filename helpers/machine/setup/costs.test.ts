import { expect, test } from "vitest";
import { diagnose, nextCommand, renderDiagnoses } from "./costs.ts";
import { fact, missing, present } from "./finding.ts";
import { inspectMachine } from "./inspect-machine.ts";

const quiet = { root: true, cores: 4, loadAverage: 0.2, freeBytes: 50e9, resultsDirectory: "reports/results" };

test("what is missing comes with its cost and the next command; what is there without", () => {
  const findings = [
    fact("system", "Debian"),
    present("runc", "1.1", "/usr/sbin/runc", "the system runc"),
    missing("runsc", ["runsc"], "gVisor, the baseline"),
  ];
  const diagnoses = diagnose(findings, quiet);
  expect(diagnoses.find(({ subject }) => subject === "runsc")).toEqual({
    subject: "runsc",
    state: "missing",
    found: "not found: gVisor, the baseline",
    cost: "No gVisor: the baseline of Figure 8, Valve and Trapeze are left out. `native` and `runc` can be measured.",
    next: "npm run setup",
  });
  expect(diagnoses.filter(({ state }) => state === "good").every(({ cost }) => cost === undefined)).toBe(true);
  expect(nextCommand(diagnoses)).toBe("npm run setup");
  expect(nextCommand(diagnose(findings.slice(0, 2), quiet))).toMatch(/^npm run bench/);
  expect(renderDiagnoses(diagnoses)).toMatch(/^MISSING {2}runsc +not found: .*\n +No gVisor: .*\n +-> npm run setup$/m);
});

test("on a terminal no line is wider, but a path stays whole", () => {
  const path = "/somewhere/quite/far/below/the/home/of/a/user/bin/runsc"; // 55 characters
  const runsc = { subject: "runsc", state: "good", found: `20240729.0, ${path}, with the platform systrap` } as const;
  const cost = "Another sentence of the kind that says what an absence costs, which is longer than a line.";
  const text = renderDiagnoses([runsc, { subject: "Docker engine", state: "note", found: "none", cost }], 60);
  expect(Math.max(...text.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(60);
  expect(text).toContain(`${path},`);
});

test("an ordinary user, a busy machine, one core and a full disk are named with what they cost", () => {
  const diagnoses = diagnose([], { ...quiet, root: false, cores: 1, loadAverage: 9, freeBytes: 1e8 });
  expect(diagnoses.map(({ subject, state }) => `${subject} ${state}`)).toEqual([
    "user note",
    "load note",
    "cores note",
    "disk missing",
  ]);
  for (const { cost } of diagnoses) expect(cost).toMatch(/\.$/);
});

test("each program that the inspection looks for has its cost", async () => {
  const looked = (await inspectMachine({ foreignImages: true })).filter(({ state }) => state !== "fact");
  const gone = looked.map(({ name }) => missing(name, [name], "gone"));
  for (const { subject, cost } of diagnose(gone, quiet).slice(0, gone.length)) expect(cost, subject).toBeDefined();
});
