/** Stages of guarded calls in the report of a run. */
import { artifactSection } from "../boot-log/artifact-section.ts";
import type { Comparison } from "../comparison.ts";
import { toJson } from "../formats/to-json.ts";
import { chartFigure } from "../page/chart-figure.ts";
import type { SyscallRecord } from "../records/syscall-record.ts";
import type { Section } from "../tables/document.ts";
import { syscallChart } from "./chart.ts";
import { syscallsObject, syscallsToCsv } from "./formats.ts";
import { functionSection } from "./function-table.ts";
import { measurementOfRecords, pooledRecords } from "./measurement.ts";
import { syscallPictures } from "./pictures.ts";
import { syscallSections } from "./sections.ts";

/** Every file that `renderSyscalls` may give. */
export const syscallFiles = ["svg", "png", "pdf", "csv", "json", "vl.json"].map((ending) => `syscalls.${ending}`);

export interface RenderedSyscalls {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly sections: readonly Section[];
}

/**
 * Nothing where there is no record: most runs have none. Functions are pooled in tables and picture; `syscalls.json` and
 * `syscalls.csv` have each record by itself.
 */
export async function renderSyscalls(
  records: readonly SyscallRecord[],
  comparison: Comparison,
): Promise<RenderedSyscalls> {
  if (records.length === 0) return { files: {}, sections: [] };
  const groups = pooledRecords(records).map((group) => ({ group, measurement: measurementOfRecords(group) }));
  const measurements = groups.map(({ measurement }) => measurement);
  const pictures = await syscallPictures(measurements);
  const chart = syscallChart(measurements);
  const single = records.map((record) => ({ record, measurement: measurementOfRecords([record]) }));
  const byName = single.map(({ record, measurement }) => [
    record.name,
    { source: record.source, ...syscallsObject(measurement.summaries) },
  ]);
  const sections = groups.flatMap(({ group, measurement }) => {
    const malformed = group.reduce((sum, { malformedLines = 0 }) => sum + malformedLines, 0);
    return [
      ...syscallSections(measurement),
      ...(group.some((record) => record.function !== undefined)
        ? [functionSection(group, measurement.title, comparison)]
        : []),
      ...(measurement.source === "boot-log" ? [artifactSection(measurement, malformed)] : []),
    ];
  });
  return {
    files: {
      ...pictures,
      "syscalls.csv": syscallsToCsv(single.map(({ measurement }) => measurement)),
      "syscalls.json": toJson(Object.fromEntries(byName)),
    },
    sections: [
      {
        title: "Stages of guarded calls",
        paragraphs: ["Where a guarded system call's time goes. docs/syscalls.md says what each stage is."],
        picture: { file: "syscalls.svg", svg: pictures["syscalls.svg"] },
        ...(chart && { explore: await chartFigure(chart, { printed: pictures["syscalls.svg"], id: "syscalls" }) }),
      },
      ...sections,
    ],
  };
}
