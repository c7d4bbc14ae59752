import { expect, test } from "vitest";
import { functions } from "../../../fixtures/hello-retail/deployed-functions.ts";
import { systemNamed } from "../../config/systems.ts";
import { createDatabaseCheck } from "./database-check.ts";

const systems = [systemNamed("gvisor"), systemNamed("native")];
const record = functions.filter(({ name }) => name === "product-photos-2-record");

const check = (changed: Readonly<Record<string, readonly string[]>>) =>
  createDatabaseCheck({ changedTables: ({ name }) => Promise.resolve(changed[name] ?? []) }, systems, record);

test("a database that is not the seed after its reset voids its system, whichever table it is", async () => {
  expect(await check({ native: ["photoAssignmentTable"] }).before()).toEqual([
    { system: "native", reason: expect.stringContaining("photoAssignmentTable") as string },
  ]);
  expect(await check({}).before()).toEqual([]);
});

test("afterwards a function's own tables may have changed, others not", async () => {
  expect(await check({ native: ["photoAssignmentTable"], gvisor: [] }).after()).toEqual([]);
  expect(await check({ native: ["photoAssignmentTable", "productPrice"] }).after()).toEqual([
    { system: "native", reason: expect.stringMatching(/no function of the block uses: productPrice$/) as string },
  ]);
});
