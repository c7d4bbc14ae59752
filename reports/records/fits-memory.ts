/** Whether the calls of a results folder fit into this process: V8 would end in the middle, with a stack and no hint. */
import { stat } from "node:fs/promises";
import { getHeapStatistics } from "node:v8";
import { RecordError } from "./record-error.ts";

/** Heap of a report per byte of records: 3.2 GB for 10^7 calls in 1.76 GB, measured on 30 November 2026. */
const heapPerByte = 1.8;
/** Of the program and its libraries. */
const heapWithout = 200e6;

/** @throws {RecordError} with the command that allows more */
export async function refuseOverMemory(
  folder: string,
  files: readonly string[],
  limitBytes = getHeapStatistics().heap_size_limit,
): Promise<void> {
  let bytes = 0;
  for (const file of files) bytes += (await stat(file)).size;
  const needed = heapWithout + bytes * heapPerByte;
  if (needed <= limitBytes) return;
  const mib = Math.ceil((needed * 1.1) / 2 ** 20);
  throw new RecordError(
    `${folder} has ${inGb(bytes)} of calls. To read them takes about ${inGb(needed)} of memory, and this process may use ${inGb(limitBytes)}`,
    { hint: `Allow it more: NODE_OPTIONS=--max-old-space-size=${mib} npm run report -- ${folder}` },
  );
}

const inGb = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
