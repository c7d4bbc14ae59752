import type { MeasuredFunction, RunFunction } from "../contracts/application.ts";

/** What must be deployed for one measured function: its entry, and what it calls. */
export const functionsBehind = <Definition extends RunFunction>(
  { entry, callees }: Pick<MeasuredFunction, "entry" | "callees">,
  all: readonly Definition[],
): readonly Definition[] =>
  [entry, ...callees].map((name) => {
    const definition = all.find((candidate) => candidate.name === name);
    if (definition === undefined) throw new TypeError(`no deployed function is called ${name}`);
    return definition;
  });
