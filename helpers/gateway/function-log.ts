import { createChanges } from "../base/changes.ts";

/** One line as `GET /system/logs` gives it. */
export interface LogLine {
  readonly name: string;
  readonly namespace: string;
  readonly instance: string;
  readonly timestamp: string;
  /** With its newline. */
  readonly text: string;
}

export interface LogQuery {
  /** Only the last lines; absent: all that are kept. */
  readonly tail?: number | undefined;
  readonly since?: Date | undefined;
  readonly instance?: string | undefined;
  readonly follow: boolean;
}

/** The last lines that a function's instances and their supervisors printed. Bounded; the oldest go first. */
export interface FunctionLog {
  append(instance: string, text: string): void;
  /** Slow readers lose the oldest lines rather than hold memory. Ends on `signal`, and on `close` when it follows. */
  read(query: LogQuery, signal: AbortSignal): AsyncGenerator<LogLine, void, undefined>;
  /** Ends all readers. */
  close(): void;
}

const keptLines = 5_000;
const lineLength = 8 * 1024;
/** Of all lines: a thousand functions that print long ones must not fill the memory. */
const keptLength = 2 * 2 ** 20;

export function createFunctionLog(name: string, namespace: string): FunctionLog {
  const lines: LogLine[] = [];
  let dropped = 0; // sequence number of lines[0]
  let length = 0;
  const dropOldest = (count: number): void => {
    for (const { text } of lines.splice(0, count)) length -= text.length;
    dropped += count;
  };
  let closed = false;
  const changes = createChanges();
  return {
    append(instance, text) {
      const line = text.length > lineLength ? text.slice(0, lineLength) : text;
      lines.push({ name, namespace, instance, timestamp: new Date().toISOString(), text: `${line}\n` });
      length += line.length + 1;
      if (lines.length > keptLines * 1.1) dropOldest(lines.length - keptLines);
      if (length > keptLength) dropOldest(Math.ceil(lines.length / 10));
      changes.tell();
    },
    async *read({ tail, since, instance, follow }, signal) {
      const wanted = (line: LogLine): boolean =>
        (instance === undefined || line.instance === instance) &&
        (since === undefined || line.timestamp >= since.toISOString());
      let next = dropped + lines.length;
      yield* lines.filter(wanted).slice(tail === undefined ? 0 : -tail);
      const ended = aborted(signal);
      while (follow && !signal.aborted) {
        const change = changes.next();
        next = Math.max(next, dropped);
        for (let line = lines[next - dropped]; line !== undefined; line = lines[next - dropped]) {
          next += 1;
          if (wanted(line)) yield line;
          next = Math.max(next, dropped);
        }
        if (closed) return;
        await Promise.race([change, ended]);
      }
    },
    close() {
      closed = true;
      changes.tell();
    },
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
