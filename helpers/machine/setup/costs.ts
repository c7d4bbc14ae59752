/** What this machine cannot do, in words, and what would change it. Pure. */
import { inLines } from "../../../reports/terminal-text.ts";
import type { Finding } from "./finding.ts";

/** One line of `doctor`. */
export interface Diagnosis {
  readonly subject: string;
  /** `missing`: something that measures cannot run. `note`: it can, with a limit. */
  readonly state: "good" | "note" | "missing";
  readonly found: string;
  /** What the absence costs. */
  readonly cost?: string;
  /** The next command. */
  readonly next?: string;
}

/** What one cannot do where it is absent; by the names of findings. */
const costs: Readonly<Record<string, string>> = {
  "Node.js": "No command runs.",
  runsc: "No gVisor: the baseline of Figure 8, Valve and Trapeze are left out. `native` and `runc` can be measured.",
  runc: "The system `runc` is left out.",
  mysqld: "Functions with a database are not measured, unless KALIUM_MYSQL_URL names a server.",
  "Docker engine": "Only another source of MySQL and of images.",
  iproute2: "No private network: sandboxes cannot be started.",
  nftables:
    "Functions can reach services that listen on all addresses of this machine. Measure only code that you trust.",
  "util-linux": "No namespaces: sandboxes cannot be started.",
  skopeo: "Images of others cannot be fetched from registries. Our own functions need none.",
  umoci: "Images of others cannot be unpacked. Our own functions need none.",
};

/** Facts of the moment that no package changes. */
export interface MachineState {
  readonly root: boolean;
  readonly cores: number;
  /** Over the last minute. */
  readonly loadAverage: number;
  /** Of the folder that results go to; absent: unknown. */
  readonly freeBytes: number | undefined;
  readonly resultsDirectory: string;
}

/** Enough for a run of 17 functions with its journals and images. */
const wantedBytes = 2e9;

export function diagnose(findings: readonly Finding[], at: MachineState): readonly Diagnosis[] {
  return [...findings.filter(({ name }) => name !== "user").map((finding) => ofFinding(finding, at)), ...ofMoment(at)];
}

function ofFinding({ name, state, version, path, note, packages }: Finding, { root }: MachineState): Diagnosis {
  const found = [version, path, note].filter((text) => text !== null && text !== "").join(", ");
  if (state === "fact" || state === "present") return { subject: name, state: "good", found };
  const cost = costs[name];
  const install = root ? "npm run setup" : "sudo npm run setup";
  if (state === "missing") {
    const next = packages.length === 0 ? {} : { next: install };
    return { subject: name, state, found: `not found: ${found}`, ...(cost !== undefined && { cost }), ...next };
  }
  return {
    subject: name,
    state: "note",
    found,
    ...(state === "absent" ? cost !== undefined && { cost } : { cost: "Sandboxes start more slowly.", next: install }),
  };
}

function ofMoment({ root, cores, loadAverage, freeBytes, resultsDirectory }: MachineState): readonly Diagnosis[] {
  const busy = loadAverage > cores / 2;
  const load = `${loadAverage.toFixed(1)} on ${cores} ${cores === 1 ? "core" : "cores"}`;
  return [
    root
      ? { subject: "user", state: "good", found: "root" }
      : {
          subject: "user",
          state: "note",
          found: "not root",
          cost: "No sandboxes: only `native` is measured, against itself.",
          next: "sudo npm run bench",
        },
    busy
      ? {
          subject: "load",
          state: "note",
          found: load,
          cost: "Intervals become wider, and blocks in which the client was starved of processor time are void. End other work first.",
        }
      : { subject: "load", state: "good", found: load },
    ...(cores >= 2
      ? []
      : [
          {
            subject: "cores",
            state: "note",
            found: "1",
            cost: "The client shares its core with what it measures, so its own work is in every latency.",
          } as const,
        ]),
    ...(freeBytes === undefined
      ? []
      : freeBytes < wantedBytes
        ? [
            {
              subject: "disk",
              state: "missing",
              found: `${gigabytes(freeBytes)} free for ${resultsDirectory}`,
              cost: "A run may end when the disk is full.",
              next: `df -h ${resultsDirectory}`,
            } as const,
          ]
        : [{ subject: "disk", state: "good", found: `${gigabytes(freeBytes)} free for ${resultsDirectory}` } as const]),
  ];
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

const marks = { good: "ok", note: "note", missing: "MISSING" } as const;

/**
 * For people: what was found beside its name, then what its absence costs, and the next command.
 * @param width of the terminal, in characters; only a path or a command may be longer
 */
export function renderDiagnoses(diagnoses: readonly Diagnosis[], width = Infinity): string {
  const subjectWidth = Math.max(...diagnoses.map(({ subject }) => subject.length));
  const indent = " ".repeat(9 + subjectWidth + 2);
  // A path stays whole, so that it can be copied: a long one begins further left.
  const indentOf = (line: string): string => indent.slice(0, Math.max(2, Math.min(indent.length, width - line.length)));
  return diagnoses
    .map(({ state, subject, found, cost, next }) => {
      const texts = [inLines(found, width - indent.length), cost && inLines(cost, width - indent.length)];
      const lines = [...texts.filter((text) => text !== undefined), ...(next === undefined ? [] : [`-> ${next}`])];
      const beside = lines
        .join("\n")
        .split("\n")
        .map((line, at) => (at === 0 ? "" : indentOf(line)) + line)
        .join("\n");
      return `${marks[state].padEnd(9)}${subject.padEnd(subjectWidth)}  ${beside}`;
    })
    .join("\n");
}

/** The one command that gets on: what is missing first, then what limits, else to measure. */
export const nextCommand = (diagnoses: readonly Diagnosis[]): string =>
  diagnoses.find(({ state, next }) => state === "missing" && next !== undefined)?.next ??
  "npm run bench -- product-photos-assign";
