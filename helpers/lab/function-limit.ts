import { measuredFunctions } from "../../fixtures/flows/index.ts";
import { KaliumError } from "../errors.ts";

/** The empty function, which measures the harness. */
const floors = 1;

/**
 * Each block deploys its functions under all systems at once, so that rounds can interleave: a gateway that allows fewer
 * functions cannot hold it.
 * @throws {KaliumError} E_CLUSTER
 */
export function refuseTooMany({
  systems,
  labels,
  limit = Infinity,
}: {
  readonly systems: readonly { readonly name: string }[];
  readonly labels: readonly string[];
  readonly limit?: number | undefined;
}): void {
  const chosen = measuredFunctions.filter(({ label }) => labels.includes(label));
  const [largest] = chosen.toSorted((a, b) => b.callees.length - a.callees.length);
  if (largest === undefined) return;
  const each = 1 + largest.callees.length;
  const needed = each * systems.length + floors;
  if (needed <= limit) return;
  const room = Math.floor((limit - floors) / each);
  const named = systems.map(({ name }) => name);
  const hint =
    room < 2
      ? `choose functions that call fewer others: -t "${chosen.find(({ callees }) => callees.length === 0)?.label ?? "microbenchmark"}"`
      : `KALIUM_SYSTEMS=${named.slice(0, room).join(",")}, and a second run for ${named.slice(room).join(", ")} with the same baseline`;
  throw new KaliumError(
    "E_CLUSTER",
    `the gateway allows ${limit} functions at once, and a block of ${largest.label} needs ${needed}: ` +
      `${each} under each of ${systems.length} systems, and one for the floors`,
    { hint },
  );
}
