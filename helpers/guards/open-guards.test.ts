import { expect, test } from "vitest";
import { syntheticRecord } from "../../reports/testing/synthetic.ts";
import { systemNamed } from "../config/systems.ts";
import type { RunFunction } from "../contracts/application.ts";
import type { GuardName } from "../contracts/system.ts";
import type { Guard, GuardedBlock, Inspection } from "./guard.ts";
import { guards, guardsOf } from "./index.ts";
import { none } from "./none.ts";
import { openGuards } from "./open-guards.ts";

/** All that a new guard takes: this object, and its line in `index.ts`. */
const third = (inspection: Partial<Inspection> = {}, released: string[] = []): Guard => ({
  name: "third" as GuardName,
  title: "the third guard",
  concerns: ({ guard }) => guard === ("third" as GuardName),
  openBlock: () =>
    Promise.resolve({
      deployment: (_, { name }) => ({ envVars: { THIRD: name }, secrets: [`${name}-third`] }),
      inspect: () => Promise.resolve({ voids: [], checks: new Map(), ...inspection }),
      release: () => Promise.resolve(void released.push("third")),
    }),
});

const plain = systemNamed("gvisor");
const guarded = { ...plain, name: "guarded", guard: "third" as GuardName };
const definition: RunFunction = { name: "f", needs: [], tables: {}, calls: {} };
const block = { systems: [plain, guarded], block: 3 } as unknown as GuardedBlock;
const { samples: all } = syntheticRecord({
  label: "product-photos-assign",
  blocks: 1,
  rounds: 4,
  ratios: { guarded: 1.1 },
});
const samples = all.filter(({ system }) => system === "guarded");

test("a guard of one file prepares the instances of its systems, and no others", async () => {
  const open = await openGuards(block, [none, third()]);
  expect(open.deployment(guarded, definition)).toEqual({ envVars: { THIRD: "f" }, secrets: ["f-third"] });
  expect(guardsOf([plain], [none, third()])).toEqual([none]);
});

test("a guard that saw nothing voids its system's block, whichever guard it is", async () => {
  const open = await openGuards(block, [none, third()]);
  expect(await open.inspect({ samples, proofs: [] })).toEqual([
    { system: "guarded", block: 3, reason: "the third guard saw no event in this block" },
  ]);
});

test("a guard that checked calls voids nothing; what it finds by itself is not said twice", async () => {
  const checks = new Map([["guarded", 4]]);
  expect(await (await openGuards(block, [third({ checks })])).inspect({ samples, proofs: [] })).toEqual([]);
  const voids = [{ system: "guarded", reason: "the third guard denied an event" }];
  expect(await (await openGuards(block, [third({ voids })])).inspect({ samples, proofs: [] })).toEqual(voids);
});

test("a system that answered nothing is not blamed on its guard", async () => {
  const failed = samples.map((sample) => ({ ...sample, outcome: "error" as const }));
  expect(await (await openGuards(block, [third()])).inspect({ samples: failed, proofs: [] })).toEqual([]);
});

test("a guard that cannot be opened releases those before it", async () => {
  const released: string[] = [];
  const broken: Guard = { ...third(), openBlock: () => Promise.reject(new Error("no controller")) };
  await expect(openGuards(block, [third({}, released), broken])).rejects.toThrow("no controller");
  expect(released).toEqual(["third"]);
});

test("every name has its guard; a name without one does not compile", () => {
  for (const [name, guard] of Object.entries(guards)) expect(guard.name).toBe(name);
  // @ts-expect-error a guard is missing
  const incomplete: Readonly<Record<GuardName, Guard>> = { none, embedded: guards.embedded };
  expect(Object.keys(incomplete)).toHaveLength(2);
});
