/** Stages of guarded calls in the report of a run. */
import { artifactSection } from "../boot-log/artifact-section.ts";
import type { Comparison } from "../comparison.ts";
import type { SyscallRecord } from "../syscall-record.ts";
import type { Section } from "../tables/document.ts";
import { explained } from "./explained.ts";
import { syscallsObject, syscallsToCsv } from "./formats.ts";
import { measurementOfRecord } from "./measurement.ts";
import { syscallPictures } from "./pictures.ts";
import { syscallSections } from "./sections.ts";

/** Every file that `renderSyscalls` may give. */
export const syscallFiles = ["svg", "png", "pdf", "csv", "json", "vl.json"].map((ending) => `syscalls.${ending}`);

export interface RenderedSyscalls {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly sections: readonly Section[];
}

/** Nothing where there is no record: most runs have none. `syscalls.json` has an object per record, by name. */
export async function renderSyscalls(
  records: readonly SyscallRecord[],
  comparison: Comparison,
): Promise<RenderedSyscalls> {
  if (records.length === 0) return { files: {}, sections: [] };
  const measured = records.map((record) => ({ record, measurement: measurementOfRecord(record) }));
  const measurements = measured.map(({ measurement }) => measurement);
  const pictures = await syscallPictures(measurements);
  const byName = measured.map(({ record, measurement }) => [
    record.name,
    { source: record.source, ...syscallsObject(measurement.summaries) },
  ]);
  const sections = measured.flatMap(({ record, measurement }) => [
    ...syscallSections({
      ...measurement,
      notes: [...explained(record, measurement, comparison), ...measurement.notes],
    }),
    ...(record.source === "boot-log" ? [artifactSection(measurement, record.malformedLines ?? 0)] : []),
  ]);
  return {
    files: {
      ...pictures,
      "syscalls.csv": syscallsToCsv(measurements),
      "syscalls.json": `${JSON.stringify(Object.fromEntries(byName), null, 2)}\n`,
    },
    sections: [
      {
        title: "Stages of guarded calls",
        paragraphs: ["Where a guarded system call's time goes. docs/syscalls.md says what each stage is."],
        picture: { file: "syscalls.svg", svg: pictures["syscalls.svg"] },
      },
      ...sections,
    ],
  };
}
