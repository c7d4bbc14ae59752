import { systemTitle } from "../figures/figure-order.ts";
import type { LatencyRecord } from "../records/record.ts";
import { type Section, columns } from "./document.ts";

/** Where imported numbers come from, in place of the proofs that measured ones have. */
export function importSection(records: readonly LatencyRecord[]): Section {
  return {
    title: "Where the numbers come from",
    paragraphs: [
      "Imported: each file counts as one block. The order and time of the calls, whether the answers " +
        "were right, and what the systems ran on are unknown, so there is no interval and no verdict. Cold calls are " +
        "included.",
    ],
    table: {
      columns: columns("Function", "System", ">Calls", "Known", "File", "SHA-256"),
      rows: records.flatMap(({ label, imported }) =>
        (imported?.files ?? []).map(({ system, count, average, path, sha256 }) => [
          label,
          systemTitle(system),
          String(count),
          average === undefined ? "every call" : "mean and deviation",
          path,
          sha256.slice(0, 12),
        ]),
      ),
    },
  };
}
