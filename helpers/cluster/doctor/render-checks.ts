import { type Check, runIsUp } from "./check.ts";

const marks = { good: "ok     ", note: "note   ", missing: "MISSING" } as const;

const measure = "KALIUM_PLATFORM=kubernetes npm run bench -- product-purchase";

/** For people. */
export function renderChecks(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ subject }) => subject.length));
  const lines = checks.flatMap(({ subject, state, found, next }) => [
    `${marks[state]}  ${subject.padEnd(width)}  ${found.replaceAll("\n", `\n${" ".repeat(width + 11)}`)}`,
    ...(next === undefined ? [] : [`${" ".repeat(width + 11)}-> ${next}`]),
  ]);
  const missing = checks.filter(({ state }) => state === "missing").length;
  const verdict =
    missing === 0
      ? `Measuring is possible: ${checks.some(({ found }) => found === runIsUp) ? measure : "npm run cluster -- up"}`
      : `${missing} missing: no measurement is possible yet.`;
  return [...lines, "", verdict].join("\n");
}
