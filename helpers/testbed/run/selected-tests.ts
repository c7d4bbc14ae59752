/** What `-t` selects, before Vitest has read a suite: names are built as Vitest builds them, and matched likewise. */
import { basename } from "node:path";
import { measuredFunctions } from "../../../fixtures/flows/index.ts";
import type { FlowName, MeasuredFunction } from "../../contracts/application.ts";

/** A test's title: the figure's label, with its asterisk. */
export const titleOf = ({ label, starred }: Pick<MeasuredFunction, "label" | "starred">): string =>
  starred ? `${label}*` : label;

/** What a pattern is matched against: `product-photos > product-photos-receive*`. Before Vitest 5 a blank joined them. */
const fullName = (measured: MeasuredFunction): string => `${measured.flow} > ${titleOf(measured)}`;

/** Each flow has its suite; the load suite has all flows. */
const suiteOf = (flow: FlowName): string => `${flow}.suite.ts`;
const loadSuite = "load.suite.ts";

/** Labels of the functions whose test is in one of the files and matches; all without a pattern and files. */
export function selectedLabels(pattern = /(?:)/, files?: readonly string[]): readonly string[] {
  const names = files?.map((path) => basename(path));
  const runs = ({ flow }: MeasuredFunction): boolean =>
    names === undefined || names.includes(suiteOf(flow)) || names.includes(loadSuite);
  return measuredFunctions
    .filter((measured) => runs(measured) && pattern.test(fullName(measured)))
    .map(({ label }) => label);
}

/** Is the policy-accuracy suite asked for by its name, or by a part of it? A title alone is not enough. */
export const namesAccuracy = (pattern: RegExp): boolean =>
  pattern.test("policy accuracy") || pattern.source.includes("policy accuracy");
