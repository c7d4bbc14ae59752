import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { latestResults, readResults } from "../../../reports/records/store.ts";
import { scratchFolder } from "../../../reports/testing/scratch.ts";
import { findStrace } from "../../machine/find-strace.ts";
import { startCommand, whyNoBench } from "../../maintenance/evidence/bench-command.ts";

const noStrace = await findStrace().then(
  () => undefined,
  (error: unknown) => (error as Error).message,
);
const reason = (await whyNoBench()) ?? noStrace;
const example = fileURLToPath(new URL("../../../fixtures/examples/product-purchase/stack.yml", import.meta.url));

test.skipIf(reason)(
  `npm run why explains calls of an application of the user's, and is resumed after Ctrl-C ${reason ?? ""}`,
  { timeout: 1_800_000 }, // the operations twice, then two calls, on a machine that may be busy
  async () => {
    const root = await scratchFolder();
    const env = { KALIUM_PROFILE: "smoke", KALIUM_SYSTEMS: "native,native-aa", KALIUM_BLOCKS: "1" };
    const words = ["helpers/cli/kalium-bench", "why", "getprice", "publish", "--app", example] as const;
    const first = startCommand(root, words, { env, timeoutMs: 1_700_000 });
    await first.until("the first function to be measured", () => Promise.resolve(/^publish /m.test(first.output())));
    first.signal("SIGINT");
    const cut = await first.ended;
    expect(cut.code, cut.output).toBe(130);
    const folder = await latestResults(join(root, "results"));
    const before = await readResults(folder);
    expect(before.run.outcome).toBe("interrupted");
    const second = startCommand(root, ["helpers/cli/kalium-bench", "resume", folder], { env, timeoutMs: 1_700_000 });
    const { code, output } = await second.ended;
    expect(code, output).toBe(0);
    const { latency, callCounts = [], systemCalls, run } = await readResults(folder);
    expect(run.outcome).toBe("passed");
    expect(await readdir(join(root, "results"))).toHaveLength(1);
    expect(latency.map(({ label }) => label).sort()).toEqual(["getprice", "publish"]);
    expect(callCounts.map(({ label, system }) => `${label} ${system}`)).toEqual(["getprice native", "publish native"]);
    expect(systemCalls).toEqual(before.systemCalls);
    expect(latency[0]?.samples).toEqual(before.latency[0]?.samples);
    expect(await readdir(join(root, "out"))).toEqual(expect.arrayContaining(["figure-8.svg", "system-calls.html"]));
  },
);
