/** The first section of an application file: each function is called once, and what it answered is right. Pure. */
import { sectionName } from "./section.ts";
import { neededServices, usedVariables } from "./service-variables.ts";

export interface FirstAnswer {
  readonly name: string;
  /** Absent: not yet called. */
  readonly answer?: { readonly status: number; readonly body: string };
}

/** @param written the stack file: the services whose variables it names are added, empty */
export function firstSection(written: string, functions: readonly FirstAnswer[]): string {
  const services = neededServices(usedVariables(written));
  const lines = [
    "",
    "# Calls to measure: docs/your-own.md of kalium-bench",
    `${sectionName}:`,
    ...(services.length === 0 ? [] : ["  services:", ...services.map((name) => `    ${name}: {}`)]),
    "  calls:",
    ...functions.flatMap(({ name, answer }) => [
      `    ${name}:`,
      `      function: ${name}`,
      ...(answer === undefined ? [] : expectation(answer)),
    ]),
  ];
  const gap = written === "" || written.endsWith("\n") ? "" : "\n";
  return `${gap}${lines.join("\n")}\n`;
}

const longest = 1_000;

function expectation({ status, body }: NonNullable<FirstAnswer["answer"]>): readonly string[] {
  if (status !== 200) {
    return [
      `      # It answered an empty body with status ${status}: ${excerpt(body)}`,
      "      # Give it what it needs: path, json, body, file or headers.",
      "      expect: { status: 200 }",
    ];
  }
  // A stack file's text has meanings of its own for $ and \.
  if (body.length > longest || /[$\\]/.test(body)) return ["      expect: { status: 200 }"];
  const json = asObject(body);
  if (json !== undefined) return [`      expect: { json: ${json} }`];
  return body === "" || !/^[\x20-\x7e]+$/.test(body)
    ? ["      expect: { status: 200 }"]
    : [`      expect: { body: ${JSON.stringify(body)} }`];
}

/** As JSON, which is YAML, too; `undefined` for anything else than an object or a list. */
function asObject(body: string): string | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const text = typeof value === "object" && value !== null ? JSON.stringify(value) : undefined;
    return text !== undefined && /[$\\]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** On one line of a comment, without what a stack file would replace. */
const excerpt = (body: string): string =>
  body
    .slice(0, 120)
    .replaceAll(/[^\x20-\x7e]+/g, " ")
    .replaceAll(/[$\\]/g, "?") || "(empty)";
