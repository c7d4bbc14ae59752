import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { AxiosInstance } from "axios";
import { z } from "zod";
import { KaliumError } from "../base/errors.ts";

const lineSchema = z.object({
  name: z.string(),
  namespace: z.string().default(""),
  instance: z.string().default(""),
  timestamp: z.string(),
  text: z.string(),
});

export type LogRecord = z.infer<typeof lineSchema>;

export interface ClientLogQuery {
  readonly tail?: number;
  readonly since?: Date;
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

/** Reads ndjson whatever its type says; a last line that the gateway cut off is dropped. */
export async function* readLogs(
  rest: AxiosInstance,
  {
    name,
    namespace,
    tail,
    since,
    follow,
    signal,
  }: ClientLogQuery & { readonly name: string; readonly namespace: string },
): AsyncGenerator<LogRecord, void, undefined> {
  if (tail !== undefined && !Number.isSafeInteger(tail)) {
    throw new KaliumError("E_CONFIG", `logs of ${name}: tail ${tail} is not a whole number`);
  }
  const answer = await rest.get<Readable>("/system/logs", {
    params: { name, namespace, tail, since: since?.toISOString(), follow },
    responseType: "stream",
    ...(signal === undefined ? {} : { signal }),
  });
  try {
    if (answer.status !== 200) {
      const words = (await text(answer.data)).trim().slice(0, 2_000);
      throw new KaliumError("E_DEPLOY", `logs of ${name}: status ${answer.status}: ${words}`, {
        details: { kind: "refused", status: answer.status },
      });
    }
    for await (const line of createInterface(answer.data)) {
      const record = parseLine(line);
      if (record !== undefined) yield record;
    }
  } finally {
    answer.data.destroy();
  }
}

function parseLine(line: string): LogRecord | undefined {
  try {
    return lineSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
