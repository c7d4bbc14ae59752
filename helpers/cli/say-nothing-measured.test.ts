import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { scratchFolder } from "../../reports/testing/scratch.ts";
import { createResults } from "../../reports/records/store.ts";
import { syntheticRecord, syntheticRunRecord, writeSynthetic } from "../../reports/testing/synthetic.ts";
import { commandLine, sayNothingMeasured } from "./say-nothing-measured.ts";

afterEach(() => vi.restoreAllMocks());

async function said(exitCode: number, root: string, sinceMs = Date.parse("2020-01-01")): Promise<string> {
  let text = "";
  vi.spyOn(process.stderr, "write").mockImplementation((part) => {
    text += String(part);
    return true;
  });
  await sayNothingMeasured(exitCode, { root, sinceMs }, ["load", "--rates", "10,20", "--bound", "50 ms"]);
  return text;
}

test("an interruption before there are results is followed by the command as it was typed", async () => {
  const root = await scratchFolder();
  expect(await said(130, root)).toBe(
    "Nothing was measured.\nRun again  npm run load -- --rates 10,20 --bound '50 ms'\n",
  );
});

test("a run that ended in another way, and one that has results, say so themselves", async () => {
  const root = join(await scratchFolder(), "results");
  expect(await said(1, root)).toBe("");
  await writeSynthetic(root, [syntheticRecord({ blocks: 1, rounds: 1 })]);
  expect(await said(130, root)).toBe("");
  await createResults(join(root, "begun"), syntheticRunRecord({ outcome: "interrupted" }));
  expect(await said(130, join(root, "begun"))).toBe(""); // a folder without a call can be continued
  expect(await said(130, root, Date.parse("2100-01-01"))).toMatch(/^Nothing was measured\./); // those of an earlier run
});

test("words are quoted for a shell where they need it", () => {
  expect(commandLine(["bench"])).toBe("npm run bench");
  expect(commandLine(["compare", "--flags", "--directfs=false -x", "it's"])).toBe(
    "npm run compare -- --flags '--directfs=false -x' 'it'\\''s'",
  );
});
