/** Several results folders as one: latency of one run beside load and density of others. Pure. */
import { runDifferences } from "../compare/run-differences.ts";
import { RecordError } from "../records/record-error.ts";
import type { Results } from "../records/store.ts";

const kinds = ["latency", "load", "density"] as const;
type Kind = (typeof kinds)[number];

/**
 * The folder with latency comes first, whatever the order; each kind of records is of one folder.
 * @throws {RecordError} a kind that two of them hold, records of another kind beside, other baselines or applications
 */
export function combineResults(all: readonly Results[]): Results {
  const [first, ...others] = all.toSorted((a, b) => b.latency.length - a.latency.length);
  if (first === undefined) throw new RangeError("there is nothing to combine");
  for (const other of others) refuseOddKinds(other);
  const ofKind = (kind: Kind): Results => {
    const [one = first, two] = all.filter((each) => has(each, kind));
    if (two === undefined) return one;
    throw new RecordError(`${one.folder} and ${two.folder} both hold ${kind} records`, {
      hint: "Name one of them. To compare two: npm run compare -- A B",
    });
  };
  for (const other of others) refuseOtherSubject(first, other);
  const [, load, density] = kinds.map(ofKind);
  const differences = others.flatMap((other) =>
    runDifferences(first, other)
      .filter(({ field, before, after }) => decisive.test(field) && before !== "absent" && after !== "absent")
      .map(({ field, before, after }) => `${field}: ${before} in ${first.run.runId}, ${after} in ${other.run.runId}`),
  );
  return {
    ...first,
    load: load?.load ?? [],
    ...(density?.density && { density: density.density }),
    combined: {
      folders: [first, ...others].map(({ folder }) => folder),
      ...(load && { load: load.run }),
      ...(density && { density: density.run }),
      differences,
    },
  };
}

/** Of the machine, the code and the runtimes: what makes two runs different experiments. */
const decisive = /^environment\.(machine|node|git|runtimes|watchdog)\b/;

const has = (results: Results, kind: Kind): boolean => (results[kind] ?? []).length > 0;

function refuseOddKinds({ folder, accuracy, systemCalls, callCounts, syscalls }: Results): void {
  const odd = { accuracy, "system calls": systemCalls, "call counts": callCounts, syscalls: syscalls[0] };
  const [found] = Object.entries(odd).filter(([, records]) => records !== undefined);
  if (found === undefined) return;
  throw new RecordError(`${folder} holds ${found[0]}, which the report of several folders would leave out`, {
    hint: `Draw it by itself: npm run report -- ${folder}`,
  });
}

function refuseOtherSubject(a: Results, b: Results): void {
  const [before, after] = [a, b].map(({ run }) => run.application?.name ?? "Hello, Retail!");
  if (a.run.application?.sha256 !== b.run.application?.sha256) {
    throw new RecordError(`${a.folder} is about ${before} and ${b.folder} about ${after}, or about another version`, {
      hint: "Name runs of the same application file.",
    });
  }
  const [one, other] = [a, b].map(baselinesOf);
  if (one !== other) {
    throw new RecordError(`the baseline is ${one} in ${a.folder} and ${other} in ${b.folder}`, {
      hint: "Name runs with the same KALIUM_BASELINE.",
    });
  }
}

const baselinesOf = ({ latency, load, density = [] }: Results): string =>
  [...new Set([...latency, ...load, ...density].map(({ baseline }) => baseline))].sort().join(", ");
