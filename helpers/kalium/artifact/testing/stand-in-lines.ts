/** Lines of the artifact's boot logs. */

/** Of a guarded write: its event, and the whole call's time, ns. */
export const standInTotalLine = (event: "GETE" | "SEND", ns: number): string =>
  `[ValidateWriteMeasure] Total time for Write syscall : [${[...Buffer.from(event)].join(" ")}] : ${goDuration(ns)}`;

/** Of a write that begins with `GET `: its seven durations, ns. */
export const stagesLine = (durations: readonly number[]): string =>
  `[GETEValidateWriteMeasure] ${durations.map(goDuration).join(":")}`;

/** Below a minute. */
function goDuration(ns: number): string {
  if (ns === 0) return "0s";
  if (ns < 1e3) return `${ns}ns`;
  if (ns < 1e6) return `${ns / 1e3}µs`;
  return ns < 1e9 ? `${ns / 1e6}ms` : `${ns / 1e9}s`;
}

/** As gVisor's logs have it, at level Info. */
export function glogLine(pid: number, message: string): string {
  const [date = "", time = ""] = new Date().toISOString().split("T");
  return `I${date.slice(5).replace("-", "")} ${time.slice(0, -1)}000 ${String(pid).padStart(7)} log.go:265] ${message}\n`;
}
