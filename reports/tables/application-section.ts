import type { ApplicationRecord } from "../records/application-record.ts";
import { columns, type Section } from "./document.ts";

/** What was measured of an application of the user's. Pure. */
export const applicationSection = ({ name, sha256, functions, calls }: ApplicationRecord): Section => ({
  title: "Application",
  paragraphs: [
    `${name}, files with the digest ${sha256.slice(0, 12)}. Functions: ${functions
      .map((each) => `${each.name} (${each.image})`)
      .join(", ")}.`,
  ],
  table: {
    columns: columns("Call", "Function", "Request", "Body"),
    rows: calls.map((call) => [
      call.label,
      [call.function, ...(call.callees ?? [])].join(", "),
      `${call.method} ${call.path === "" ? "/" : call.path}`,
      call.body === undefined ? "none" : `${call.body.kind}, ${call.body.sha256.slice(0, 12)}`,
    ]),
  },
});
