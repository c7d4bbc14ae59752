import type { FunctionLog } from "./function-log.ts";

/** What becomes of the lines that one instance prints. */
export interface InstanceLines {
  readonly onLine: (stream: "stdout" | "stderr", line: string) => void;
  /** A line about the instance. */
  note(text: string): void;
  /** The last lines of the instance. */
  readonly last: () => readonly string[];
  /** Aborts when the function printed that it listens. */
  readonly listening: AbortSignal;
}

const keptLines = 20;

export function createInstanceLines(
  instance: string,
  log: Pick<FunctionLog, "append">,
  prefixLogs = false,
): InstanceLines {
  const last: string[] = [];
  const listening = new AbortController();
  return {
    onLine(stream, line) {
      last.push(withoutPrefix(line).slice(0, 500));
      if (last.length > keptLines) last.shift();
      log.append(instance, prefixLogs ? `${goTimestamp()} ${stream}: ${line}` : line);
      if (saysListening(line)) listening.abort();
    },
    note: (text) => log.append(instance, `${goTimestamp()} watchdog: ${text}`),
    last: () => [...last],
    listening: listening.signal,
  };
}

/** `2026/01/31 12:00:00`: the prefix of Go's log package, which of-watchdog uses. */
export const goTimestamp = (): string => new Date().toISOString().slice(0, 19).replaceAll("-", "/").replace("T", " ");

/** Date and stream, as a watchdog puts them before what it reads from the function. */
const prefix = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d (?:stdout|stderr): /;
const withoutPrefix = (line: string): string => line.replace(prefix, "");

/** `listening on <port>`, with or without prefix: the function's own word. */
export const saysListening = (line: string): boolean => /^listening on \d+/i.test(withoutPrefix(line));
