import type { SyscallMeasurement } from "../syscalls/measurement.ts";
import { type Section, type Table, columns } from "../tables/document.ts";
import { type ArtifactStatistics, artifactStatistics } from "./artifact-statistics.ts";

/** The artifact's own statistics of the same durations, beside the right ones. `malformed`: lines left out. */
export function artifactSection({ series, summaries }: SyscallMeasurement, malformed: number): Section {
  const statistics = artifactStatistics(series);
  const { raises, misread } = statistics;
  const paragraphs = [
    "What the artifact's display_per_syscall_overheads.py computes from the same lines, in seconds, and the right values.",
    raises === undefined ? "" : `It prints no statistic: ${raises}.`,
    malformed === 0 ? "" : malformedText(malformed),
    misread === 0
      ? ""
      : `It takes ${misread} durations below a microsecond for as many seconds as they have nanoseconds.`,
  ].filter((text) => text !== "");
  const table = artifactTable(statistics, summaries);
  return { title: "The artifact's statistics", paragraphs, ...(table.rows.length > 0 && { table }) };
}

/** It drops two characters of whatever it cannot read, so what it makes of half a line is anything. */
export const malformedText = (malformed: number): string =>
  `At ${malformed} malformed line${malformed === 1 ? "" : "s"} the artifact's script ends with an error, or reads something else.`;

/** In its unit. Empty where its script ends with an error. */
function artifactTable({ lines }: ArtifactStatistics, summaries: SyscallMeasurement["summaries"]): Table {
  const seconds = (value: number): string => value.toFixed(6);
  return {
    columns: columns(
      "Series",
      "Its name",
      ">Its min s",
      ">Its max s",
      ">Its mean s",
      ">Its stdev s",
      ">Mean s",
      ">SD s",
    ),
    rows: lines.map(({ series: of, stage, name, min, max, mean, stdev }) => {
      const summary = summaries.find((one) => one.name === of)?.stages[stage];
      const ours = [summary?.meanNs, summary?.sdNs ?? 0].map((ns) => seconds((ns ?? NaN) / 1e9));
      return [of, name, ...[min, max, mean, stdev].map(seconds), ...ours];
    }),
  };
}
