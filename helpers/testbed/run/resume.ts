/** What an interrupted run needs to go on: the same settings, and the same surroundings unless mixing is allowed. */
import { dirname } from "node:path";
import type { RunRecord } from "../../../reports/records/record.ts";
import { readRun, runsBelow, startsOver } from "../../../reports/records/store.ts";
import type { Config } from "../../config/config.ts";
import { ofOneStart, publicSettings } from "../../config/recorded-settings.ts";
import { forWhy } from "../../config/why-reference.ts";
import { KaliumError } from "../../base/errors.ts";
import { livingOwner } from "../../sandboxes/run-directory.ts";
import { differences } from "./differences.ts";

type Facts = RunRecord["environment"];

/** Settings that decide nothing about a measurement. */
const harmless = new Set(["resultsDirectory", "outDirectory", "setup", "gatewayPort", "debug", "resume", "sizes"]);

/**
 * The record of a run that may be continued.
 * @param settle a complete run may be, too
 * @throws {KaliumError} E_CONFIG when it is complete, still running, imported, or of a kind that is not resumed
 * @throws {RecordError} when there is no such run
 */
export async function readResumable(
  folder: string,
  { settle = false }: { readonly settle?: boolean } = {},
): Promise<RunRecord> {
  const run = await readRun(folder);
  if (run.outcome === "imported") {
    throw new KaliumError("E_CONFIG", `the results in ${folder} were imported, not measured here`, {
      hint: "Start a new run with `npm run bench`.",
    });
  }
  const kind = startsOver(run);
  if (kind !== undefined) {
    throw new KaliumError(
      "E_CONFIG",
      `the run in ${folder} measured ${kind}, which cannot be resumed: it starts over`,
      {
        hint: `Start it again with \`npm run ${kind}\`.`,
      },
    );
  }
  if (run.outcome === "passed" && !settle) {
    const [interrupted] = (await runsBelow(dirname(folder), { cut: true }))
      .filter(({ outcome }) => outcome === "interrupted")
      .reverse();
    throw new KaliumError("E_CONFIG", `the run in ${folder} is complete`, {
      hint:
        interrupted === undefined
          ? "Start a new run with `npm run bench`, or add --settle to keep measuring what is not settled."
          : `An earlier run was interrupted. Resume it with \`npm run resume -- ${interrupted.folder}\`.`,
    });
  }
  for (const { runId } of run.sessions ?? []) {
    const pid = await livingOwner(runId);
    if (pid !== undefined && pid !== process.pid) {
      throw new KaliumError("E_CONFIG", `the run in ${folder} is still running, in process ${pid}`, {
        hint: "Wait for its end, or stop it.",
      });
    }
  }
  return run;
}

/**
 * The environment variables under which the run was started; of those that are set now, none may say something else.
 * @throws {KaliumError} E_CONFIG that names each of them
 */
export function variablesOf(
  { variables = {}, settings }: RunRecord,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const { plan, mysql } = settings as unknown as Pick<Config, "plan" | "mysql">;
  const recorded: Record<string, string> = { ...variables, KALIUM_SEED: String(plan.seed) };
  const free = ["KALIUM_RESULTS", "KALIUM_OUT", "KALIUM_DEBUG", "KALIUM_SETUP", "KALIUM_GATEWAY_PORT"];
  const own = [...ofOneStart, "KALIUM_MYSQL_URL"];
  const changed = Object.entries(env).filter(
    ([name, value]) =>
      name.startsWith("KALIUM_") && value && ![...free, ...own].includes(name) && recorded[name] !== value,
  );
  if (changed.length > 0) throw refusal(changed.map(([name]) => `${name} was ${recorded[name] ?? "not set"}`));
  if (mysql.url !== undefined && !env["KALIUM_MYSQL_URL"]) {
    throw new KaliumError("E_CONFIG", `the run used ${mysql.url}, whose password is not recorded`, {
      hint: "Set KALIUM_MYSQL_URL to the same server.",
    });
  }
  return recorded;
}

/** A run of `why` had only systems that can be explained, of those that are usual. @throws {KaliumError} E_CONFIG */
export const asBegun = (run: Pick<RunRecord, "arguments">, config: Config, root = process.geteuid?.() === 0): Config =>
  run.arguments?.includes("suites/why") === true ? forWhy(config, root) : config;

/**
 * What is not as it was when the run began: to be recorded. Of the surroundings only what `now` tells is compared.
 * @throws {KaliumError} E_CONFIG with each field that differs: of the settings always, of the surroundings unless mixing
 *   is allowed
 */
export function compareWithRun(
  run: RunRecord,
  {
    config,
    environment,
    allowMixed,
  }: { readonly config: Config; readonly environment: Facts; readonly allowMixed: boolean },
): readonly string[] {
  const decisive = (settings: object): object =>
    Object.fromEntries(Object.entries(settings).filter(([name]) => !harmless.has(name)));
  const settings = differences(decisive(run.settings), decisive(publicSettings(config)));
  if (settings.length > 0) throw refusal(settings);
  const facts = comparable(environment);
  const before = comparable(run.environment);
  const known = Object.fromEntries(Object.entries(before).filter(([name]) => name in facts));
  const found = differences(known, facts);
  if (found.length > 0 && !allowMixed) throw refusal(found, "Add --allow-mixed to resume anyway; the records say so.");
  return found;
}

const refusal = (
  found: readonly string[],
  hint = "Restore what the run began with, or start a new run.",
): KaliumError =>
  new KaliumError(
    "E_CONFIG",
    `the run cannot be resumed, because this would be another experiment:\n${found.join("\n")}`,
    {
      hint,
    },
  );

/** What makes two machines, checkouts or inputs the same; not how busy they are or which addresses they have. */
function comparable({ machine, network, images, database, ...facts }: Facts): Facts {
  const lasting: Record<string, unknown> = { ...(machine as Record<string, unknown> | undefined) };
  delete lasting["load"];
  const { totalBytes } = (lasting["memory"] ?? {}) as Record<string, unknown>;
  const { source, version, sqlMode, seedSha256 } = (database ?? {}) as Record<string, unknown>;
  const digests = Object.entries((images ?? {}) as Record<string, { readonly digest?: string }>);
  return {
    ...facts,
    ...(machine !== undefined && { machine: { ...lasting, memory: { totalBytes } } }),
    ...(network !== undefined && { network: { kind: (network as { readonly kind: string }).kind } }),
    ...(database !== undefined && { database: { source, version, sqlMode, seedSha256 } }),
    ...(images !== undefined && { images: Object.fromEntries(digests.map(([name, { digest }]) => [name, digest])) }),
  };
}
