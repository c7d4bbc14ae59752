/**
 * The log of one sandbox, in one file or several that were rotated, as a stream of bytes. The format is detected per line: glog text, `json` or `json-k8s`. A line that cannot
 * be read is counted, with its number, and never ends the reading.
 */
import type { CallCollector } from "./call-collector.ts";
import { readDurations, shown } from "./durations.ts";
import { createLineSplitter, longestLineBytes } from "./line-splitter.ts";
import { jsonLine, messageStart, stampBytes } from "./log-line.ts";
import { type SandboxFacts, createFactReader } from "./sandbox-facts.ts";
import { type FoundTag, measurementTags, skipTask, tagAt } from "./tags.ts";
import { datedStamp } from "./timestamp.ts";
import { totalLine } from "./total-line.ts";

export interface MalformedLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly reason: string;
  /** Its tag and what follows, as far as that is a list of durations; the rest might be a secret. */
  readonly text: string;
}

export interface ParsedLog {
  readonly lines: number;
  /** Lines of each format; `raw`: without a header, such as stack dumps. */
  readonly formats: Readonly<Record<"text" | "json" | "json-k8s" | "raw", number>>;
  readonly malformed: {
    readonly count: number;
    /** Of calls and encryptions; the others are totals. */
    readonly measurements: number;
    readonly first: readonly MalformedLine[];
  };
  /** Messages that the runtime says it could not write. */
  readonly droppedMessages: number;
  /** Times of the first and last measurement, on the clock of the machine that logged. Absent: none. */
  readonly measured?: { readonly from: string; readonly to: string };
  readonly facts: SandboxFacts;
}

export interface BootLogParser {
  /** What follows is in this file. A line that its end cut is not joined with the next file's first. */
  readonly startFile: (name: string) => void;
  /** The chunk is not kept. */
  readonly push: (chunk: Buffer) => void;
  readonly end: () => ParsedLog;
}

const mostShown = 20;
const [bracket, brace, blank, tab, letterV, carriageReturn] = [0x5b, 0x7b, 0x20, 0x09, 0x56, 0x0d];

/** `year`: of the first line, where the file's name has it. */
export function createBootLogParser(collector: CallCollector, year?: number): BootLogParser {
  const formats = { text: 0, json: 0, "json-k8s": 0, raw: 0 };
  const facts = createFactReader();
  const durations = new Float64Array(7);
  const firstMalformed: MalformedLine[] = [];
  const malformed = { calls: 0, totals: 0 };
  let file = "";
  let line = 0;
  let lines = 0;
  let dropped = 0;

  // Time of the current line: 20 bytes of a text line, or the text of a JSON line. Made a string only when wanted.
  let timeBytes: Uint8Array = new Uint8Array(stampBytes);
  let timeAt = 0;
  let timeText: string | undefined;
  const stamp = (): string => timeText ?? textOf(timeBytes, timeAt, timeAt + stampBytes);
  const lastTime = new Uint8Array(stampBytes);
  let firstStamp: string | undefined;
  let lastStamp: string | undefined;

  function noteTime(): void {
    firstStamp ??= stamp();
    lastStamp = timeText;
    if (timeText !== undefined) return;
    for (let index = 0; index < stampBytes; index++) lastTime[index] = timeBytes[timeAt + index] ?? 0;
  }

  function refuse(what: keyof typeof malformed, reason: string, text: string): void {
    malformed[what] += 1;
    if (firstMalformed.length < mostShown) firstMalformed.push({ file, line, reason, text });
  }

  /** Why the line is malformed. `at`: behind the tag. */
  function measure({ tag }: FoundTag, bytes: Uint8Array, at: number, end: number): string | undefined {
    const total = tag.says === "total" ? totalLine(bytes, at, end) : undefined;
    if (tag.says === "total" && total === undefined) return "not a line of totals";
    const fault = readDurations(bytes, total?.durationAt ?? at, end, tag.says === "call" ? 7 : 1, durations);
    if (fault !== undefined) return fault;
    if (tag.says === "call") collector.call(tag.name, durations);
    else if (tag.says === "encrypt") collector.encrypt(durations);
    else if (tag.says === "total" && total !== undefined) collector.total(tag.name, total.event, durations);
    if (tag.says !== "total") noteTime();
    return undefined;
  }

  function message(bytes: Uint8Array, from: number, end: number, cut: boolean): void {
    const lead = bytes[from];
    if (lead === letterV || lead === tab) facts.plain(textOf(bytes, from, end));
    if (lead !== bracket) return;
    const start = skipTask(bytes, from, end);
    const found = tagAt(bytes, start, end);
    if (found === undefined) return;
    const behind = start + found.length;
    const at = Math.min(end, behind + 1);
    if (found.tag.says === "fact") {
      facts.tagged(found.text, textOf(bytes, at, end), stamp);
      return;
    }
    let fault: string | undefined;
    if (cut || end - from > longestLineBytes) fault = `line of more than ${longestLineBytes} bytes`;
    else if (behind < end && bytes[behind] !== blank) fault = "no blank after the tag";
    else fault = measure(found, bytes, at, end);
    if (fault !== undefined)
      refuse(found.tag.says === "total" ? "totals" : "calls", fault, `[${found.text}] ${shown(bytes, at, end)}`);
  }

  function raw(text: string): void {
    formats.raw += 1;
    dropped += Number(/^\*\*\* Dropped (\d{1,9}) log messages \*\*\*$/.exec(text)?.[1] ?? 0);
    const tag = measurementTags.find((name) => text.includes(`[${name}]`));
    if (tag !== undefined) refuse("calls", "the line does not begin as a log line does", `[${tag}]`);
  }

  const splitter = createLineSplitter((bytes, start, lineEnd, cut) => {
    line += 1;
    const end = lineEnd > start && bytes[lineEnd - 1] === carriageReturn ? lineEnd - 1 : lineEnd;
    const messageAt = messageStart(bytes, start, end);
    if (messageAt >= 0) {
      formats.text += 1;
      timeBytes = bytes;
      timeAt = start + 1;
      timeText = undefined;
      message(bytes, messageAt, end, cut);
      return;
    }
    const text = textOf(bytes, start, end);
    const json = bytes[start] === brace ? jsonLine(text) : undefined;
    if (json === undefined) {
      raw(text);
      return;
    }
    formats[json.format] += 1;
    timeText = json.time;
    message(json.message, 0, json.message.length, cut);
  });

  function endFile(): void {
    splitter.end();
    lines += line;
    line = 0;
  }

  return {
    push: splitter.push,
    startFile(name) {
      endFile();
      file = name;
    },
    end() {
      endFile();
      const [from, to] = [firstStamp, lastStamp ?? textOf(lastTime, 0, stampBytes)];
      return {
        lines,
        formats,
        malformed: { count: malformed.calls + malformed.totals, measurements: malformed.calls, first: firstMalformed },
        droppedMessages: dropped,
        ...(from !== undefined && { measured: { from: datedStamp(from, from, year), to: datedStamp(to, from, year) } }),
        facts: facts.facts(),
      };
    },
  };
}

const textOf = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
