/** Traces as JSON lines: a head that names schema and normalisation, then a line per trace. docs/policy.md has the format. */
import { z } from "zod";
import { KaliumError } from "../../base/errors.ts";
import { eventNames } from "../core/event.ts";
import { type Normalisation, normalisations } from "../core/normalise.ts";
import type { Trace, TraceEvent } from "./trace.ts";

const schema = "kalium-bench/traces@1";
/** Characters; a trace of 50,000 events fits. */
const longestLine = 16 * 1024 * 1024;

export interface TraceHead {
  readonly normalise: Normalisation;
}

const text = z.string().min(1);
const headSchema = z.strictObject({ schema: z.literal(schema), normalise: z.enum(normalisations) });
const traceSchema = z.strictObject({
  request: text,
  round: z.int().min(1),
  events: z.array(
    z.strictObject({ invocation: text, function: text, event: z.enum(eventNames), url: text, method: text }),
  ),
});

export const writeTraceHead = ({ normalise }: TraceHead): string => `${JSON.stringify({ schema, normalise })}\n`;

export const writeTrace = ({ request, round, events }: Trace): string =>
  `${JSON.stringify({ request, round, events: events.map(eventJson) })}\n`;

const eventJson = ({ invocation, function: of, name, url, method }: TraceEvent) => ({
  invocation,
  function: of,
  event: name,
  url,
  method,
});

/** Reads line after line, without their ends. */
export interface TraceReader {
  /** `undefined` for the head. @throws {KaliumError} E_POLICY naming file, line and JSON path */
  line(of: string): Trace | undefined;
  /** Of the head. @throws {KaliumError} E_POLICY when there was none */
  head(): TraceHead;
}

export function traceReader(source: string): TraceReader {
  let number = 0;
  let head: TraceHead | undefined;
  const seen = new Set<string>();

  const refuse = (problem: string, cause?: unknown): never => {
    throw new KaliumError("E_POLICY", `${source}, line ${number}: ${problem}`, {
      hint: "Record the traces again, or remove the line; docs/policy.md describes the format.",
      cause,
    });
  };
  const parse = <T>(of: string, shape: z.ZodType<T>): T => {
    if (of.length > longestLine) refuse(`${of.length} characters, more than ${longestLine}`);
    let parsed: z.ZodSafeParseResult<T>;
    try {
      parsed = shape.safeParse(JSON.parse(of));
    } catch (cause) {
      if (cause instanceof RangeError) refuse("nested too deeply, or too many faults", cause);
      return refuse(of === "" ? "empty" : `not JSON: ${String(cause)}`, cause);
    }
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? "" : `${z.core.toDotPath(issue.path)}: `;
    return refuse(`${where}${issue?.message ?? "unreadable"}`, parsed.error);
  };

  return {
    line(of) {
      number++;
      if (head === undefined) {
        head = { normalise: parse(of, headSchema).normalise };
        return undefined;
      }
      const { request, round, events } = parse(of, traceSchema);
      if (seen.has(request)) refuse(`a second trace of request ${JSON.stringify(request)}`);
      seen.add(request);
      return { request, round, events: events.map(({ event, ...rest }) => ({ ...rest, name: event })) };
    },
    head() {
      if (head === undefined) number = 1;
      return head ?? refuse(`no head: the first line must be {"schema":"${schema}","normalise":...}`);
    },
  };
}
