import type { RunRecord } from "./record.ts";

const kinds = ["density", "load"] as const;

/** The kind of a run that cannot be resumed, and the command that measures it; `undefined`: it can be resumed. */
export const startsOver = ({
  arguments: words = [],
}: Pick<RunRecord, "arguments">): (typeof kinds)[number] | undefined =>
  kinds.find((kind) => words.some((word) => word.startsWith(`suites/${kind}`)));
