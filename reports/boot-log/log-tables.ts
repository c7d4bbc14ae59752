/** What boot logs say besides the stages of guarded calls. */
import { minimumCount } from "../stats/quantile.ts";
import { concatenated } from "../records/syscall-rows.ts";
import { type Summary, summariseColumn } from "../syscalls/summary.ts";
import { type Table, columns } from "../tables/document.ts";
import { dash, formatMs, formatUs } from "../tables/numbers.ts";
import type { BootLog, BootLogs } from "./read-logs.ts";

export const logsTable = (logs: readonly BootLog[]): Table => ({
  columns: columns("Log", "Function", "Runtime", "Platform", ">Lines", ">write", ">sendmsg", ">encrypt", ">Malformed"),
  rows: logs.map(({ name, facts, lines, calls, malformed }) => [
    name,
    facts.containerNames.join(", ") || dash,
    facts.header["version"] ?? dash,
    facts.header["platform"] ?? dash,
    String(lines),
    ...calls.series().map((series) => String(series.calls.length)),
    String(malformed.count),
  ]),
});

/** `Policy fetch`: from the guard's question to the controller's reply, at the start of the sandbox. */
export const sandboxTable = (logs: readonly BootLog[]): Table => ({
  columns: columns(
    "Log",
    "First measurement",
    "Last",
    ">Policy fetch ms",
    "Policy",
    ">TLS hits",
    ">Misses",
    ">Longest queue",
    ">Guard skipped",
    ">Lost messages",
  ),
  rows: logs.map(({ name, measured, facts: { policy, tlsLookups }, calls, droppedMessages }) => [
    name,
    measured?.from ?? dash,
    measured?.to ?? dash,
    policy.fetchNs === undefined ? (policy.asked ? "no reply" : dash) : formatMs(policy.fetchNs),
    policy.present ? "yes" : policy.fetchNs === undefined ? dash : "empty",
    ...[tlsLookups.hits, tlsLookups.misses, tlsLookups.longestQueue, calls.exempt(), droppedMessages].map(String),
  ]),
});

/** Calls with their transport, of all logs together, by kind and event. */
function totalsByEvent(logs: readonly BootLog[]) {
  const all = logs.flatMap(({ calls }) => calls.totals());
  const keys = [...new Set(all.map(({ name, event }) => `${name} ${event}`))].sort();
  return keys.map((key) => ({
    key: key.split(" "),
    calls: concatenated(all.filter(({ name, event }) => `${name} ${event}` === key).map(({ calls }) => calls)),
  }));
}

/** The same as objects: `syscall`, `event`, and statistics in ns. */
export const wholeCalls = (logs: readonly BootLog[]) =>
  totalsByEvent(logs).map(({ key: [syscall, event], calls }) => ({ syscall, event, ...summariseColumn(calls, 0) }));

/** Calls with their transport, by event, and guarded writes' transport alone. */
export function totalsTable(logs: readonly BootLog[]): Table {
  const transport = concatenated(logs.map(({ calls }) => calls.transport));
  const totals = totalsByEvent(logs);
  const rows = [
    ...totals,
    ...(transport.length === 0 ? [] : [{ key: ["write", "GETE, transport only"], calls: transport }]),
  ];
  return {
    columns: columns("Syscall", "Event", ">n", ">Min µs", ">Median µs", ">Mean µs", ">p95 µs", ">Max µs"),
    rows: rows.map(({ key, calls }) => [...key, ...quoted(summariseColumn(calls, 0))]),
  };
}

const quoted = ({ n, minNs, medianNs, meanNs, p95Ns, maxNs }: Summary): readonly string[] => [
  String(n),
  formatUs(minNs),
  n < minimumCount(0.5) ? dash : formatUs(medianNs),
  formatUs(meanNs),
  n < minimumCount(0.95) ? dash : formatUs(p95Ns),
  formatUs(maxNs),
];

export const malformedTable = (logs: BootLogs["logs"]): Table => ({
  columns: columns("File", ">Line", "Why", "Text, where it is not a secret's"),
  rows: logs.flatMap(({ malformed }) =>
    malformed.first.map(({ file, line, reason, text }) => [file, String(line), reason, text]),
  ),
});
