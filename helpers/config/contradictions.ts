import { getHeapStatistics } from "node:v8";
import { runtimes } from "../runtimes/index.ts";
import { artifactProblems } from "./artifact-problems.ts";
import { profiles } from "./profiles.ts";
import { unusable } from "./read-variables.ts";
import { systemNamed } from "./systems.ts";
import type { Values } from "./variables.ts";

/**
 * All systems' instances are there at once, each with an address of the run's bridge, which has 253. In the figure, more
 * bars than these look alike.
 */
const mostSystems = 32;

/** Of one function: what has been tried, and fits into the heap with 0.4 kB per call. */
const mostCalls = (): number => Math.min(1e7, Math.floor(getHeapStatistics().heap_size_limit / 400));

/** Settings that are right by themselves but not together. @throws {KaliumError} E_CONFIG with all of them */
export function refuseContradictions(values: Values, systems: readonly string[], baseline: string): void {
  const problems: string[] = [];
  if (systems.length > mostSystems) {
    problems.push(
      `KALIUM_SYSTEMS or KALIUM_RUNTIMES ask for ${systems.length} systems, but a run compares at most ${mostSystems}: ` +
        "name fewer in KALIUM_SYSTEMS, and compare runs with `npm run compare -- A B`",
    );
  }
  const { blocks: usualBlocks, rounds: usualRounds } = profiles[values.KALIUM_PROFILE];
  const { KALIUM_BLOCKS: blocks = usualBlocks, KALIUM_ROUNDS: rounds = usualRounds } = values;
  const calls = blocks * rounds * systems.length;
  if (calls > mostCalls()) {
    problems.push(
      `KALIUM_BLOCKS=${blocks} and KALIUM_ROUNDS=${rounds} are ${calls} calls of a function with ${systems.length} systems, ` +
        `but at most ${mostCalls()} can be kept in memory`,
    );
  }
  if (!systems.includes(baseline)) {
    problems.push(`KALIUM_BASELINE is "${baseline}", but must be one of the systems: ${systems.join(", ")}`);
  }
  if (values.KALIUM_WORKLOAD === "lean") {
    const twins = systems.filter((name) => systemNamed(name).workload === "lean");
    if (twins.length > 0)
      problems.push(`KALIUM_WORKLOAD is "lean", so ${twins.join(", ")} would repeat the system without "-lean"`);
  }
  const hasUrl = values.KALIUM_MYSQL_URL !== undefined;
  const source = values.KALIUM_MYSQL_SOURCE;
  if (source === "url" && !hasUrl) problems.push('KALIUM_MYSQL_SOURCE is "url", but KALIUM_MYSQL_URL is not set');
  if (hasUrl && (source === "docker" || source === "local")) {
    problems.push(`KALIUM_MYSQL_URL is set, but KALIUM_MYSQL_SOURCE is "${source}": unset one of them`);
  }
  for (const { name: runtime, binarySetting } of runtimes) {
    const needy = systems.find((name) => systemNamed(name).runtime === runtime);
    if (needy === undefined || binarySetting === undefined || values[binarySetting] !== undefined) continue;
    const byFlags = binarySetting === "KALIUM_RUNSC_REF" && values.KALIUM_RUNSC_REF_FLAGS !== undefined;
    if (!byFlags) problems.push(`${binarySetting} is not set: ${needy} needs it`);
  }
  for (const name of ["KALIUM_RUNSC_FLAGS", "KALIUM_RUNSC_REF_FLAGS"] as const) {
    if (values.KALIUM_PLATFORM === "kubernetes" && values[name] !== undefined)
      problems.push(`${name} is set, but nodes have flags of their own: use \`npm run cluster -- up --runsc-flag\``);
  }
  problems.push(...artifactProblems(values, systems));
  if ((values.KALIUM_TLS_CERT === undefined) !== (values.KALIUM_TLS_KEY === undefined)) {
    problems.push("KALIUM_TLS_CERT and KALIUM_TLS_KEY must be set together or not at all");
  }
  if (values.KALIUM_TLS_CA !== undefined && values.KALIUM_TLS_CERT === undefined) {
    problems.push("KALIUM_TLS_CA is set, but KALIUM_TLS_CERT is not");
  }
  if (problems.length > 0) throw unusable(problems);
}
