import { roundedNs } from "./rounded-ns.ts";

/** JSON for other programs, indented, with a final `\n`. Members whose names end in `Ns` are rounded, lists of such too. */
export const toJson = (value: unknown): string => `${JSON.stringify(value, rounded, 2)}\n`;

const rounded = (name: string, value: unknown): unknown => {
  if (!name.endsWith("Ns")) return value;
  return Array.isArray(value) ? value.map(roundedIfNumber) : roundedIfNumber(value);
};

const roundedIfNumber = (value: unknown): unknown => (typeof value === "number" ? roundedNs(value) : value);
