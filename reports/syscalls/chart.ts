/** Stages of guarded calls to explore: a group per stage, a mark per measured series. Pure. */
import type { BarChart } from "../page/chart.ts";
import { stages, stageTitles } from "../records/syscall-stages.ts";
import { formatUs } from "../tables/numbers.ts";
import { stageColours } from "../figures/syscall-figure.ts";
import type { SyscallMeasurement } from "./measurement.ts";

/** `undefined` without a call. */
export function syscallChart(measurements: readonly SyscallMeasurement[]): BarChart | undefined {
  const series = measurements.flatMap(({ title, summaries }) =>
    summaries.map((summary) => ({ ...summary, title: `${summary.name} (${title}), n = ${summary.n}` })),
  );
  const timed = stages.filter((stage) => series.some((one) => one.stages[stage] !== undefined));
  if (timed.length === 0) return undefined;
  return {
    kind: "bars",
    seriesTitle: "Calls",
    series: series.map(({ title }, index) => ({ title, colour: stageColours[index % stageColours.length] ?? "ink" })),
    ...{ layersTitle: "", layers: [], scales: ["log", "linear"], stacked: false },
    note: "Medians; whiskers: the middle half of the calls. A stage that no call waited for took 0 and stands at the end of a logarithmic axis.",
    groups: timed.map((stage) => stageTitles[stage]),
    measures: [
      {
        ...{ name: "median", title: "median, µs", axis: "Median, µs", without: [], bands: [], marks: [] },
        alt: `Stages of guarded system calls: ${series.map(({ title }) => title).join("; ")}`,
      },
    ],
    cells: timed.flatMap((stage) =>
      series.flatMap(({ title, stages: of }) => {
        const summary = of[stage];
        if (summary === undefined) return [];
        const { n, minNs, p25Ns, medianNs, p75Ns, maxNs } = summary;
        return [
          {
            ...{ group: stageTitles[stage], series: title, gap: null, pale: false },
            values: { median: { value: medianNs / 1e3, low: p25Ns / 1e3, high: p75Ns / 1e3 } },
            lines: [
              `${stageTitles[stage]}, ${title}`,
              `Median ${formatUs(medianNs)} µs; middle half ${formatUs(p25Ns)} to ${formatUs(p75Ns)} µs`,
              `Least ${formatUs(minNs)} µs, greatest ${formatUs(maxNs)} µs; n = ${n}`,
            ],
          },
        ];
      }),
    ),
  };
}
