import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { KaliumError, messageOf } from "../base/errors.ts";

/** A file to which values are appended, one JSON text per line. */
export interface JsonLines<T> {
  /** Together with what else comes within `gatherMs`: each write to a file takes a thread, and processor time of calls. */
  write(value: T): void;
  /** Resolves when all that was written can be read. @throws {KaliumError} E_RECORD */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** What a process that is killed may lose. */
const gatherMs = 100;

/** Without a path nothing is kept. @throws {KaliumError} E_RECORD when the file cannot be opened */
export async function openJsonLines<T>(path: string | undefined): Promise<JsonLines<T>> {
  if (path === undefined) return { write: () => undefined, flush: async () => {}, close: async () => {} };
  const failed = (error: unknown): KaliumError =>
    new KaliumError("E_RECORD", `cannot write ${path}: ${messageOf(error)}`, { cause: error });
  const stream = createWriteStream(path, { flags: "a", mode: 0o600, highWaterMark: 2 ** 20 });
  await once(stream, "open").catch((error: unknown) => {
    throw failed(error);
  });
  let failure: unknown;
  stream.on("error", (error) => (failure ??= error));
  let queue: T[] = [];
  const writeQueue = (): void => {
    const values = queue;
    queue = [];
    if (values.length > 0) stream.write(values.map((value) => `${JSON.stringify(value)}\n`).join(""));
  };
  const flush = (): Promise<void> =>
    new Promise((resolve, reject) => {
      writeQueue();
      if (failure !== undefined) reject(failed(failure));
      else stream.write("", (error) => (error ? reject(failed(error)) : resolve()));
    });
  return {
    write: (value) => {
      if (queue.push(value) === 1) setTimeout(writeQueue, gatherMs);
    },
    flush,
    close: async () => {
      await flush();
      await new Promise<void>((resolve) => stream.end(resolve));
    },
  };
}
