/** The variables by which a stack file learns where the run's services are: `${BENCH_MYSQL_HOST}`. docs/your-own.md */
import { suggest } from "../config/suggest.ts";
import type { ApplicationSection } from "./section-schema.ts";

/** `my-shop` in the name of a variable. */
const upper = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");

export const stubVariable = (stub: string): string => `BENCH_HTTP_${upper(stub)}_URL`;
export const functionVariable = (name: string): string => `BENCH_FUNCTION_${upper(name)}_URL`;

const mysqlVariables = ["HOST", "PORT", "DATABASE", "USER", "PASSWORD", "PASSWORD_FILE", "URL"].map(
  (name) => `BENCH_MYSQL_${name}`,
);
const imageVariables = ["BENCH_IMAGE_URL", "BENCH_IMAGE_CA_FILE"];
const mailVariables = ["BENCH_SMTP_HOST", "BENCH_SMTP_PORT"];

/** Those that have a value while the application is deployed. */
export const variablesOfServices = (
  services: NonNullable<ApplicationSection["services"]>,
  functions: readonly string[],
): readonly string[] => [
  "BENCH_GATEWAY_URL",
  "BENCH_SEED",
  ...functions.map(functionVariable),
  ...(services.mysql === undefined ? [] : mysqlVariables),
  ...(services["image-server"] === undefined ? [] : imageVariables),
  ...(services["mail-sink"] === undefined ? [] : mailVariables),
  ...Object.keys(services.http ?? {}).map(stubVariable),
];

/** Which service a variable would need. */
function lacking(name: string): string | undefined {
  if (mysqlVariables.includes(name)) return "mysql";
  if (imageVariables.includes(name)) return "image-server";
  return mailVariables.includes(name) ? "mail-sink" : undefined;
}

/** Services that variables need, each once; HTTP stubs need answers, which nobody can guess. */
export const neededServices = (used: readonly VariableUse[]): readonly string[] => [
  ...new Set(used.flatMap(({ name }) => lacking(name) ?? [])),
];

const use = /\$\{[#]?(BENCH_\w*)(?!\w)(?!:?[=-])/g;

export interface VariableUse {
  readonly name: string;
  /** From 1. */
  readonly line: number;
}

/** Where a file names such variables without a default, outside of comments. @param text as it is written */
export const usedVariables = (text: string): readonly VariableUse[] =>
  text
    .split("\n")
    .flatMap((line, at) =>
      line.trimStart().startsWith("#") ? [] : [...line.matchAll(use)].map(([, name = ""]) => ({ name, line: at + 1 })),
    );

/** A sentence for each variable that has no value. */
export const unknownVariables = (used: readonly VariableUse[], known: readonly string[]): readonly string[] =>
  used
    .filter(({ name }) => !known.includes(name))
    .map(({ name, line }) => {
      const service = lacking(name);
      const meant = suggest(name, known);
      const why =
        service !== undefined
          ? `needs the service ${service}: add it under kalium-bench.services`
          : `has no value${meant === undefined ? `; there are ${known.join(", ")}` : `; did you mean ${meant}?`}`;
      return `line ${line}: \${${name}} ${why}`;
    });
