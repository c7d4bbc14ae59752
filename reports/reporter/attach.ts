/**
 * How the reporter gets into a run. `--reporter=NAME` on the command line replaces the reporters of vitest.config.ts,
 * and without ours nothing is recorded: so it is not one of them, but added by a plugin of every project, after the
 * command line has been read and before reporters are made (Vitest's `configureVitest`).
 */
import type { Plugin } from "vitest/config";
import type { Reporter, Vitest } from "vitest/node";

/** Reporters that write for people, or a file by themselves; what the others do is unknown. */
const forPeople = ["default", "verbose", "tree", "dot", "minimal", "agent", "hanging-process", "github-actions"];
/** Those of them that print the errors of failed tests. */
const withErrors = ["default", "verbose", "tree", "dot", "minimal", "agent"];
const forFiles = ["json", "junit", "blob", "html"];
/** Their live summary would paint over our progress line. */
const withSummary = ["default", "verbose", "tree"];

/** What `vitest.config.reporters` holds once Vitest has resolved it: instances, and names with their options. */
type ResolvedReporter = Reporter | readonly [name: string, options: Readonly<Record<string, unknown>>];

/** Every instance has it, also of a configuration that was read a second time. */
const brand = Symbol.for("kalium-bench.reporter");

export type OwnStream = typeof process.stdout | typeof process.stderr;

/** A plugin for every project of a run; the reporter is added once, before all others. */
export const attachReporter = (reporter: Reporter): Plugin => ({
  name: "kalium-bench:reporter",
  configureVitest: ({ vitest }) => {
    if (reportersOf(vitest).some((other) => brand in other)) return; // by another project
    const others = reportersOf(vitest).map(withoutSummary);
    Object.assign(reporter, { [brand]: true });
    vitest.config.reporters = [reporter, ...others] as typeof vitest.config.reporters;
  },
});

const withoutSummary = (reporter: ResolvedReporter): ResolvedReporter =>
  isNamed(reporter) && withSummary.includes(reporter[0]) ? [reporter[0], { ...reporter[1], summary: false }] : reporter;

/**
 * Where our own lines go: standard error when a reporter writes data to standard output (`--reporter=tap`), because a
 * line of ours in between would spoil it.
 */
export const streamBeside = (reporter: Reporter, vitest: Vitest): OwnStream =>
  reportersOf(vitest).some((other) => other !== reporter && writesData(other)) ? process.stderr : process.stdout;

/** Whether another reporter shows people why tests have failed. */
export const errorsAreShown = (vitest: Vitest): boolean =>
  reportersOf(vitest).some((reporter) => isNamed(reporter) && withErrors.includes(reporter[0]));

const writesData = (reporter: ResolvedReporter): boolean =>
  isNamed(reporter) && ![...forPeople, ...forFiles].includes(reporter[0]);

const reportersOf = (vitest: Vitest): readonly ResolvedReporter[] =>
  vitest.config.reporters as unknown as readonly ResolvedReporter[];

const isNamed = (reporter: ResolvedReporter): reporter is Exclude<ResolvedReporter, Reporter> =>
  Array.isArray(reporter);
