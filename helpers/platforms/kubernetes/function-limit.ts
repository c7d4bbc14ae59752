import type { MeasuredFunction } from "../../contracts/application.ts";
import { KaliumError } from "../../base/errors.ts";

/** The empty function, which measures the harness. */
const floors = 1;

/**
 * Each block deploys its functions under all systems at once, so that rounds can interleave: a gateway that allows fewer
 * functions cannot hold it.
 * @throws {KaliumError} E_CLUSTER
 */
export function refuseTooMany({
  systems,
  measured: chosen,
  limit = Infinity,
  present = 0,
}: {
  readonly systems: readonly { readonly name: string }[];
  /** Of the run. */
  readonly measured: readonly Pick<MeasuredFunction, "label" | "callees">[];
  readonly limit?: number | undefined;
  /** Functions of others that are there already: they count, too. */
  readonly present?: number;
}): void {
  const [largest] = chosen.toSorted((a, b) => b.callees.length - a.callees.length);
  if (largest === undefined) return;
  const each = 1 + largest.callees.length;
  const needed = each * systems.length + floors;
  const left = limit - present;
  if (needed <= left) return;
  const others = present === 0 ? "" : ` (${present} of others are there)`;
  throw new KaliumError(
    "E_CLUSTER",
    `the gateway allows ${limit} functions at once${others}, and a block of ${largest.label} needs ${needed}: ` +
      `${each} under each of ${systems.length} systems, and one for the floors`,
    { hint: hintOf({ systems: systems.map(({ name }) => name), chosen, each, left, needed: needed + present }) },
  );
}

function hintOf({
  systems,
  chosen,
  each,
  left,
  needed,
}: {
  readonly systems: readonly string[];
  readonly chosen: readonly Pick<MeasuredFunction, "label" | "callees">[];
  readonly each: number;
  readonly left: number;
  readonly needed: number;
}): string {
  const room = Math.floor((left - floors) / each);
  if (room >= 2) {
    return `Measure in several runs: ${runsOf(systems, room).join("; then ")}`;
  }
  if (each > 1 && left >= 2 + floors) {
    const alone = chosen.find(({ callees }) => callees.length === 0)?.label ?? "microbenchmark";
    return `Choose functions that call fewer others: -t "${alone}"`;
  }
  return `Remove functions of others (faas-cli list), since no two systems fit, or raise the gateway's limit to ${needed}`;
}

/** Runs of at most `room` systems, each with the first system, which the others are compared with. */
function runsOf([baseline, ...others]: readonly string[], room: number): readonly string[] {
  const count = Math.ceil(others.length / (room - 1));
  return Array.from({ length: count }, (_, at) => {
    const some = others.slice(at * (room - 1), (at + 1) * (room - 1));
    return `KALIUM_SYSTEMS=${[baseline, ...some].join(",")}`;
  });
}
