/**
 * What the artifact's `scripts/display_per_syscall_overheads.py` computes from the same durations: for comparison, and to
 * reproduce published tables. It reads `µs` and `ms`. Of any other text it drops the last two characters and takes the
 * rest as seconds: `500ns` is 500 s, `1.5s` is 1 s, and of `0s` or `1m2.5s` nothing is left that it can read.
 */
import type { CallStage, LoggedSeries, Series, SeriesName } from "../records/syscall-stages.ts";
import { formatDuration } from "./go-duration.ts";

/** Seconds as the script has them; `undefined` where it ends with a ValueError. */
export function artifactSeconds(ns: number): number | undefined {
  if (ns >= 1e3 && ns < 1e9) return ns / 1e9;
  if (ns > 0 && ns < 1e3) return ns;
  const number = formatDuration(ns).slice(0, -2);
  const seconds = /^\d+\.?\d*$/.test(number) ? Number(number) : NaN;
  return Number.isNaN(seconds) ? undefined : seconds;
}

/** In the order in which the script prints them. It leaves out the check's total. */
const names: readonly (readonly [CallStage, string])[] = [
  ["tlsParsing", "tls_parsing"],
  ["tlsLookup", "tls_lookup"],
  ["eventConstruction", "event_construction"],
  ["localGuard", "local_guard"],
  ["controller", "global_ctr"],
  ["syscallTotal", "tot_syscall"],
];

/** Seconds. */
export interface ArtifactLine {
  readonly series: SeriesName;
  readonly stage: CallStage | "encrypt";
  /** The script's label. */
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Of the sample; 0 for one call. */
  readonly stdev: number;
}

export interface ArtifactStatistics {
  readonly lines: readonly ArtifactLine[];
  /** Durations that it takes for as many seconds as they have nanoseconds. */
  readonly misread: number;
  /** Why the script ends before it prints a statistic. */
  readonly raises?: string;
}

export interface ArtifactOptions {
  /** Label the encryption as such; the script labels it with the name left over from the block before. */
  readonly corrected?: boolean;
}

export function artifactStatistics(
  series: readonly Series[],
  { corrected = false }: ArtifactOptions = {},
): ArtifactStatistics {
  const measured = (["sendmsg", "write", "encrypt"] as const).flatMap((name) =>
    series.filter((one) => one.name === name && one.calls.length > 0),
  );
  const { misread, unreadable } = readAll(measured);
  const [first] = measured;
  let raises: string | undefined;
  if (unreadable.length > 0) raises = `ValueError: it cannot read ${unreadable.join(", ")}`;
  else if (first?.name === "encrypt" && !corrected) {
    raises = "UnboundLocalError: it labels the encryption with a name of the blocks before, and there is none";
  }
  if (raises !== undefined) return { lines: [], misread, raises };
  const lines = measured.flatMap((one) => {
    if (one.name === "encrypt") return line(one, "encrypt", corrected ? "aes_gcm_encrypt" : "tot_syscall");
    return names.flatMap(([stage, name]) => line(one, stage, name));
  });
  return { lines, misread };
}

/** `unreadable`: the first texts that end the script, the check's totals among them. */
function readAll(series: readonly Series[]): { readonly misread: number; readonly unreadable: readonly string[] } {
  const unreadable = new Set<string>();
  let misread = 0;
  for (const { calls } of series) {
    calls.forEach((row) => {
      for (const ns of row) {
        if (ns > 0 && ns < 1e3) misread += 1;
        else if (unreadable.size < 3 && artifactSeconds(ns) === undefined) unreadable.add(formatDuration(ns));
      }
    });
  }
  return { misread, unreadable: [...unreadable] };
}

function line({ name: seriesName, stages, calls }: Series, stage: ArtifactLine["stage"], name: string): ArtifactLine[] {
  const column = stages.indexOf(stage);
  if (column < 0) return [];
  let [min, max, sum, squares] = [Infinity, -Infinity, 0, 0];
  calls.forEachOf(column, (ns) => {
    const seconds = artifactSeconds(ns) ?? NaN;
    min = Math.min(min, seconds);
    max = Math.max(max, seconds);
    sum += seconds;
  });
  const mean = sum / calls.length;
  calls.forEachOf(column, (ns) => {
    squares += ((artifactSeconds(ns) ?? NaN) - mean) ** 2;
  });
  const stdev = calls.length < 2 ? 0 : Math.sqrt(squares / (calls.length - 1));
  return [{ series: seriesName, stage, name, min, max, mean, stdev }];
}

const titles: Readonly<Record<LoggedSeries, string>> = {
  sendmsg: "SendMsg Stats:",
  write: "Write Stats:",
  encrypt: "AES_GCM_ENC Stats",
};

/** The statistics as the script prints them; the lists of durations before them are left out. */
export function artifactText({ lines }: ArtifactStatistics): string {
  const block = (series: LoggedSeries): string[] => {
    const own = lines.filter((one) => one.series === series);
    const texts = own.map(
      ({ name, min, max, mean, stdev }) =>
        `${name} Min: ${min.toFixed(6)}, Max: ${max.toFixed(6)}, Mean: ${mean.toFixed(6)}, Stdev: ${stdev.toFixed(6)}`,
    );
    return own.length === 0 ? [] : [titles[series], ...texts];
  };
  return [...block("sendmsg"), "------", ...block("write"), "------", ...block("encrypt"), ""].join("\n");
}
