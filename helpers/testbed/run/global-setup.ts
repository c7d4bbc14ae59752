import type { TestProject } from "vitest/node";
import { printLine } from "../../../reports/terminal-text.ts";
import { type Config, loadConfig } from "../../config/config.ts";
import { unusable } from "../../config/read-variables.ts";
import { exitCodeOf } from "../../base/exit-code.ts";
import { refuseUnwritable } from "../../config/needs-writing.ts";
import { forDensity } from "../../config/density-settings.ts";
import { withoutRootNote } from "../../config/needs-root.ts";
import { forWhy } from "../../config/why-reference.ts";
import { findStrace } from "../../machine/find-strace.ts";
import { KaliumError } from "../../base/errors.ts";
import { appRefused, type RunScope, runScope } from "./run-scope.ts";
import { namesSuite, ownSuites, selectedLabels } from "./selected-tests.ts";
import { startLab } from "./start-lab.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Why there is no lab; the suites' first hook throws it. Absent when there is one. */
    readonly labFailure?: Pick<KaliumError, "code" | "message">;
    /** Why the policy-accuracy suite does not run; absent when it does. */
    readonly accuracyLeftOut?: string | undefined;
    /** The same of the suite of system calls. */
    readonly systemCallsLeftOut?: string | undefined;
  }
}

/**
 * Vitest's global set-up of the measuring project: starts the lab, hands it to the worker, returns the teardown. What a
 * user can correct is reported by the suites, because Vitest says "no test files found" for an error thrown here.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  try {
    const { testNamePattern } = project.vitest.config;
    const scope = await scopeOf(project.name, loadConfig());
    const { config: settings, measured } = scope;
    refuseUnwritable(settings);
    const note = withoutRootNote(settings);
    if (note !== undefined) say(note);
    const leftOut = accuracyLeftOut(settings, testNamePattern);
    project.provide("accuracyLeftOut", leftOut);
    const noSystemCalls = systemCallsLeftOut(settings, testNamePattern);
    project.provide("systemCallsLeftOut", noSystemCalls);
    const labels = selectedLabels(testNamePattern, project.getProvidedContext().testFiles, measured);
    const alone = labels.length === 0;
    if (leftOut !== undefined && noSystemCalls !== undefined && alone) return nothing; // the reporter says so
    const config = alone && leftOut === undefined ? forAccuracy(settings) : settings;
    const started = await startLab(config, { scope, labels, vitestArguments: vitestArguments(), say });
    project.provide("lab", started.lab);
    return async () => {
      await started[Symbol.asyncDispose]();
    };
  } catch (error) {
    if (!(error instanceof KaliumError)) throw error;
    project.provide("labFailure", { code: error.code, message: error.message });
    // Failed tests would end with 1 and say something about the functions.
    process.once("exit", () => (process.exitCode = exitCodeOf(error.code)));
    return nothing;
  }
}

/** @throws {KaliumError} E_CONFIG when the suites of the project do not measure what the settings say */
async function scopeOf(project: string, config: Config): Promise<RunScope> {
  const isOfUser = project === "app";
  if (isOfUser && config.app === undefined) {
    throw unusable(["KALIUM_APP is not set, and suites/app measures the application file that it names"]);
  }
  const explains = project === "why";
  const density = project === "density";
  if (!isOfUser && !explains && !density && config.app !== undefined) throw appRefused(config.app);
  if (explains) await findStrace();
  const scope = await runScope(explains ? forWhy(config) : density ? forDensity(config) : config);
  for (const warning of scope.application?.warnings ?? []) say(`warning: ${warning}`);
  return scope;
}

const say = (line: string): void => printLine(`lab: ${line}`);

/** The teardown where nothing was started. */
const nothing = (): Promise<void> => Promise.resolve();

/** Where nothing else was asked for, only the policy-accuracy suite's own system is prepared. */
const forAccuracy = (config: Config): Config => ({ ...config, systems: [config.accuracy.system] });

/** Why the policy-accuracy suite does not run: it takes minutes of its own, so it has to be asked for by its name. */
function accuracyLeftOut({ platform }: Config, pattern: RegExp | undefined): string | undefined {
  if (platform !== "local")
    return "left out, because its events do not depend on the platform; run it with KALIUM_PLATFORM=local";
  return isNamed(ownSuites.accuracy, pattern) ? undefined : `left out; select it with -t "${ownSuites.accuracy}"`;
}

/** Why the suite of system calls does not run: it measures runtimes, not functions, so it has to be asked for as well. */
function systemCallsLeftOut({ platform }: Config, pattern: RegExp | undefined): string | undefined {
  if (platform !== "local") return "left out, because its function is not among the images of a cluster";
  return isNamed(ownSuites.systemCalls, pattern) ? undefined : `left out; select it with -t "${ownSuites.systemCalls}"`;
}

/** By `-t`, or by the name of its file. */
const isNamed = (suite: string, pattern: RegExp | undefined): boolean =>
  (pattern !== undefined && namesSuite(suite, pattern)) ||
  vitestArguments().some((text) => text.includes(suite.replace(" ", "-")));

/** What followed `vitest run` on the command line; nothing when Vitest was started in another way. */
function vitestArguments(): readonly string[] {
  const [, program = "", command, ...rest] = process.argv;
  return /\bvitest(\.mjs)?$/.test(program) && command === "run" ? rest : [];
}
