/** What `-t` selects, before Vitest has read a suite: names are built as Vitest builds them, and matched likewise. */
import { measuredFunctions } from "../../fixtures/flows/index.ts";
import type { MeasuredFunction } from "../contracts.ts";

/** A test's title: the figure's label, with its asterisk. */
export const titleOf = ({ label, starred }: Pick<MeasuredFunction, "label" | "starred">): string =>
  starred ? `${label}*` : label;

/** What a pattern is matched against: `product-photos > product-photos-receive*`. Before Vitest 5 a blank joined them. */
const fullName = (measured: MeasuredFunction): string => `${measured.flow} > ${titleOf(measured)}`;

/** Labels of the functions whose test matches; all without a pattern. */
export const selectedLabels = (pattern = /(?:)/): readonly string[] =>
  measuredFunctions.filter((measured) => pattern.test(fullName(measured))).map(({ label }) => label);

/** Is the policy-accuracy suite asked for by its name, or by a part of it? A title alone is not enough. */
export const namesAccuracy = (pattern: RegExp): boolean =>
  pattern.test("policy accuracy") || pattern.source.includes("policy accuracy");
