/** What `-t` selects, before Vitest has read a suite: names are built as Vitest builds them, and matched likewise. */
import { basename } from "node:path";
import { measuredFunctions } from "../../../fixtures/flows/index.ts";
import type { MeasuredFunction } from "../../contracts/application.ts";

/** A test's title: the figure's label, with its asterisk. */
export const titleOf = ({ label, starred }: Pick<MeasuredFunction, "label" | "starred">): string =>
  starred ? `${label}*` : label;

/** What a pattern is matched against: `product-photos > product-photos-receive*`. Before Vitest 5 a blank joined them. */
const fullName = (measured: MeasuredFunction): string => `${measured.flow} > ${titleOf(measured)}`;

/** Each flow has its suite; those of load, density and why have all flows, and the user's application one for all. */
export const suiteOf = (flow: string): string => `${flow}.suite.ts`;
const suitesOfAll = ["load.suite.ts", "density.suite.ts", "why.suite.ts", "app.suite.ts"];

/**
 * Labels of the functions whose test is in one of the files and matches; all without a pattern and files.
 * @param measured what there is to select from
 */
export function selectedLabels(
  pattern = /(?:)/,
  files?: readonly string[],
  measured: readonly MeasuredFunction[] = measuredFunctions,
): readonly string[] {
  const names = files?.map((path) => basename(path));
  const runs = ({ flow }: MeasuredFunction): boolean =>
    names === undefined || [suiteOf(flow), ...suitesOfAll].some((name) => names.includes(name));
  return measured.filter((candidate) => runs(candidate) && pattern.test(fullName(candidate))).map(({ label }) => label);
}

/** Suites that take minutes of their own and measure no function: the names of their `describe`. */
export const ownSuites = { accuracy: "policy accuracy", systemCalls: "system calls" } as const;

/** Is such a suite asked for by its name, or by a part of it? A title alone is not enough. */
export const namesSuite = (name: string, pattern: RegExp): boolean =>
  pattern.test(name) || pattern.source.includes(name);
