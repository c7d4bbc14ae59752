import { expect, test } from "vitest";
import type { RunRecord } from "../../../reports/records/record.ts";
import { type Config, loadConfig } from "../../config/config.ts";
import { publicSettings } from "../../config/recorded-settings.ts";
import { forWhy } from "../../config/why-reference.ts";
import { KaliumError } from "../../base/errors.ts";
import { scratchFolder } from "../../../reports/testing/scratch.ts";
import { syntheticRecord, writeSynthetic } from "../../../reports/testing/synthetic.ts";
import { asBegun, compareWithRun, readResumable, variablesOf } from "./resume.ts";

const variables = { KALIUM_ROUNDS: "7", KALIUM_SYSTEMS: "native" };
const config = loadConfig({ ...variables, KALIUM_SEED: "4" });
const environment = {
  machine: { kernel: "6.1", cpu: { model: "a" }, memory: { totalBytes: 8, availableBytes: 3 }, load: { average: [1] } },
  git: { commit: "abc", changesSha256: null },
  lockFileSha256: "1",
  network: { kind: "bridge", bridge: "kb1", hostAddress: "10.0.0.1", prefixLength: 24 },
  images: { empty: { reference: "kalium-bench/empty:vanilla", digest: "sha256:1", sizeBytes: 9 } },
};
const run = {
  schema: "kalium-bench/run@1",
  runId: "r",
  startedAt: "2026-11-24T03:00:00.000Z",
  outcome: "interrupted",
  settings: JSON.parse(JSON.stringify(publicSettings(config))) as RunRecord["settings"],
  leftOut: [],
  environment,
  variables,
} satisfies RunRecord;

const refused = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof KaliumError && error.code === "E_CONFIG") return error.message;
    throw error;
  }
  return "accepted";
};
const compare = (changes: object, allowMixed = false): readonly string[] =>
  compareWithRun(run, { config, environment: { ...environment, ...changes }, allowMixed });

test("the variables of the run come back with its seed, and make the same settings", () => {
  const again = variablesOf(run, { HOME: "/root", KALIUM_RESULTS: "/elsewhere" });
  expect(again).toEqual({ ...variables, KALIUM_SEED: "4" });
  expect(compareWithRun(run, { config: loadConfig(again), environment, allowMixed: false })).toEqual([]);
});

test("a run that explains is resumed with the systems that it had of the usual ones", () => {
  const usual = loadConfig({ KALIUM_SEED: "4" }, true);
  const explained = forWhy(usual, true);
  expect(explained.systems).not.toEqual(usual.systems);
  const settings = JSON.parse(JSON.stringify(publicSettings(explained))) as RunRecord["settings"];
  const begun = { ...run, settings, arguments: ["suites/why", "--project", "why"] };
  const compared = (of: Config) => () => compareWithRun(begun, { config: of, environment, allowMixed: false });
  expect(refused(compared(usual))).toContain("systems");
  expect(refused(compared(asBegun(begun, usual, true)))).toBe("accepted");
  expect(asBegun({ ...begun, arguments: ["suites/kalium"] }, usual, true)).toBe(usual);
});

test("a variable that says something else now is refused by its name", () => {
  expect(refused(() => variablesOf(run, { KALIUM_ROUNDS: "8" }))).toContain("KALIUM_ROUNDS was 7");
  expect(refused(() => variablesOf(run, { KALIUM_BLOCKS: "8" }))).toContain("KALIUM_BLOCKS was not set");
  expect(refused(() => variablesOf(run, { KALIUM_ROUNDS: "7" }))).toBe("accepted");
});

test("a database of the user's own must be named again", () => {
  const own = { ...run, settings: { ...run.settings, mysql: { url: "mysql://***@db:3306" } } };
  expect(refused(() => variablesOf(own, {}))).toMatch(/mysql:\/\/\*\*\*@db:3306.*not recorded/);
  expect(refused(() => variablesOf(own, { KALIUM_MYSQL_URL: "mysql://root:secret@db:3306" }))).toBe("accepted");
});

test("other settings are refused by their field, whether or not mixing is allowed", () => {
  const other = loadConfig({ ...variables, KALIUM_SEED: "5", KALIUM_OUT: "/tmp" });
  for (const allowMixed of [false, true]) {
    const message = refused(() => compareWithRun(run, { config: other, environment, allowMixed }));
    expect(message).toContain("plan.seed was 4 and is 5");
    expect(message).not.toContain("outDirectory");
  }
});

test.for<[string, object]>([
  ["git.commit", { git: { commit: "def", changesSha256: null } }],
  ["git.changesSha256", { git: { commit: "abc", changesSha256: "9" } }],
  ["lockFileSha256", { lockFileSha256: "2" }],
  ["machine.cpu.model", { machine: { ...environment.machine, cpu: { model: "b" } } }],
  ["machine.memory.totalBytes", { machine: { ...environment.machine, memory: { totalBytes: 16 } } }],
  ["images.empty", { images: { empty: { digest: "sha256:2" } } }],
])("another %s is refused, and with --allow-mixed told", ([field, changes]) => {
  expect(refused(() => compare(changes))).toMatch(new RegExp(`^${field.replaceAll(".", "\\.")} was`, "m"));
  expect(compare(changes, true)).toEqual([expect.stringContaining(`${field} was`)]);
});

test("load, free memory, addresses and what is not known yet make no difference", () => {
  const machine = { ...environment.machine, memory: { totalBytes: 8, availableBytes: 1 }, load: { average: [9] } };
  const network = { ...environment.network, bridge: "kb2", hostAddress: "10.0.1.1" };
  expect(compare({ machine, network })).toEqual([]);
  expect(compareWithRun(run, { config, environment: { git: environment.git }, allowMixed: false })).toEqual([]);
});

test("a complete run is refused, and the hint names an earlier one that was interrupted", async () => {
  const root = await scratchFolder();
  const write = (runId: string, startedAt: string, outcome: RunRecord["outcome"]): Promise<string> =>
    writeSynthetic(root, [syntheticRecord({ label: "product-photos-report" })], { runId, startedAt, outcome });
  const earlier = await write("earlier", "2026-11-20T00:00:00.000Z", "interrupted");
  const latest = await write("latest", "2026-11-21T00:00:00.000Z", "passed");
  const refusal = readResumable(latest);
  await expect(refusal).rejects.toThrow(`the run in ${latest} is complete`);
  await expect(refusal).rejects.toThrow(`npm run resume -- ${earlier}`);
  expect(await readResumable(earlier)).toMatchObject({ runId: "earlier" });
});

test.for(["density", "load"])("a run of %s is refused, complete or not, and the hint starts it over", async (kind) => {
  const root = await scratchFolder();
  for (const outcome of ["interrupted", "passed"] as const) {
    const run = { runId: outcome, outcome, arguments: [`suites/${kind}`] };
    const folder = await writeSynthetic(root, [syntheticRecord({ label: "product-photos-report" })], run);
    const refusal = readResumable(folder);
    await expect(refusal).rejects.toThrow(`the run in ${folder} measured ${kind}, which cannot be resumed`);
    await expect(refusal).rejects.toThrow(`npm run ${kind}`);
  }
});
