/** Calls of functions with the clock on the transport, so that the client library's own work is not measured. */
import http, { type ClientRequest, type RequestOptions } from "node:http";
import https from "node:https";
import { Readable } from "node:stream";
import axios, { AxiosHeaders, type AxiosRequestConfig } from "axios";
import { nowNs } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";

export interface CallerOptions {
  /** `fresh`: a new connection per call. */
  readonly connection: "keepalive" | "fresh";
  readonly timeoutMs: number;
}

export interface CallRequest {
  readonly url: string;
  /** Default: POST. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Of this call; default: the caller's. */
  readonly timeoutMs?: number;
}

/** How one call went. An HTTP status, whatever it is, is an answer; `error` and `timeout` are the lack of one. */
export interface CallResult {
  readonly outcome: "answered" | "error" | "timeout";
  /** Why there is no answer. */
  readonly reason?: string;
  /** 0 without an answer. */
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** When the request was sent (its `end()`), ns, monotonic clock. */
  readonly startedAtNs: number;
  /** From there to the first byte of the answer; absent when none came. */
  readonly firstByteNs?: number;
  /** From there to the last byte, or to the failure. */
  readonly latencyNs: number;
  /** The supervisor's `X-Duration-Seconds`: until the function's response headers. */
  readonly supervisorNs?: number;
}

/** Connections of one target; targets do not share any. */
export interface Caller {
  /** Never throws for what happens on the wire; never retries, never follows a redirect. */
  readonly call: (request: CallRequest) => Promise<CallResult>;
  readonly close: () => void;
}

interface Stamps {
  startedAtNs: number;
  firstByteNs?: number;
  endedAtNs?: number;
}

/** Node's default of 256 would close and open connections under more load than that. */
const mostIdle = 10_000;

export function createCaller({ connection, timeoutMs }: CallerOptions): Caller {
  const settings = { keepAlive: connection === "keepalive", noDelay: true, maxFreeSockets: mostIdle };
  const httpAgent = new http.Agent(settings);
  const httpsAgent = new https.Agent(settings);
  const config: AxiosRequestConfig = {
    httpAgent,
    httpsAgent,
    responseType: "arraybuffer",
    validateStatus: null,
    maxRedirects: 0,
    decompress: false,
    proxy: false,
    transformRequest: [],
    transformResponse: [],
  };
  const client = axios.create(config);
  return {
    async call({ url, method = "POST", headers, body, timeoutMs: callTimeoutMs = timeoutMs }) {
      const calledAtNs = nowNs();
      const stamps: Stamps = { startedAtNs: calledAtNs };
      const at = { calledAtNs, callTimeoutMs };
      const deadline = AbortSignal.timeout(callTimeoutMs);
      try {
        const answer = await client.request<Buffer>({
          url,
          method,
          headers: { Accept: "*/*", "Accept-Encoding": "identity", "User-Agent": "kalium-bench", ...headers },
          data: body,
          signal: deadline,
          transport: timedTransport(stamps),
        });
        // The limit may have passed while this process did not run: what came meanwhile can be the platform's own limit.
        if ((stamps.endedAtNs ?? nowNs()) - calledAtNs >= callTimeoutMs * 1e6) return tooLate(stamps, at);
        return {
          outcome: "answered",
          status: answer.status,
          headers: flatHeaders(answer.headers),
          body: answer.data,
          ...timesOf(stamps),
          ...supervisorTime(answer.headers["x-duration-seconds"]),
        };
      } catch (error) {
        stamps.endedAtNs = nowNs();
        if (deadline.aborted) return tooLate(stamps, at);
        return { outcome: "error", reason: reasonOf(error), ...noAnswer, ...timesOf(stamps) };
      }
    },
    close() {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}

/**
 * What axios calls instead of `http.request`: the same, with stamps at the request's end and the answer's ends. axios
 * gets the answer when it is complete, because its work on the headers would else delay the last byte.
 */
const timedTransport = (stamps: Stamps) => ({
  request(options: RequestOptions, onAnswer: (answer: Readable) => void): ClientRequest {
    const { request } = options.protocol === "https:" ? https : http;
    const sent = request(options, (answer) => {
      stamps.firstByteNs = nowNs();
      const chunks: Buffer[] = [];
      answer
        .on("data", (chunk: Buffer) => chunks.push(chunk))
        .once("error", (error) => sent.emit("error", error))
        // Before Node's own listener, which marks the request as destroyed: axios ignores answers then.
        .prependOnceListener("end", () => {
          stamps.endedAtNs = nowNs();
          const { statusCode, statusMessage, headers } = answer;
          onAnswer(Object.assign(Readable.from(chunks), { statusCode, statusMessage, headers, req: sent }));
        });
    });
    const end = sent.end.bind(sent) as (...args: unknown[]) => ClientRequest;
    sent.end = (...args: unknown[]) => {
      stamps.startedAtNs = nowNs();
      return end(...args);
    };
    return sent;
  },
});

const noAnswer = { status: 0, headers: {}, body: Buffer.alloc(0) } as const;

/** The limit counts from the call on, so no time-out looks shorter than it. */
const tooLate = (
  stamps: Stamps,
  { calledAtNs, callTimeoutMs }: { readonly calledAtNs: number; readonly callTimeoutMs: number },
): CallResult => ({
  outcome: "timeout",
  reason: `no complete answer within ${callTimeoutMs} ms`,
  ...noAnswer,
  ...timesOf({ ...stamps, startedAtNs: calledAtNs }),
});

const timesOf = ({ startedAtNs, firstByteNs, endedAtNs = nowNs() }: Stamps) => ({
  startedAtNs,
  latencyNs: endedAtNs - startedAtNs,
  ...(firstByteNs === undefined ? {} : { firstByteNs: firstByteNs - startedAtNs }),
});

function flatHeaders(headers: unknown): Record<string, string> {
  const entries = Object.entries(new AxiosHeaders(headers as AxiosHeaders).toJSON());
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

function supervisorTime(seconds: unknown): { readonly supervisorNs?: number } {
  const value = Number(seconds);
  return seconds === undefined || !Number.isFinite(value) ? {} : { supervisorNs: Math.round(value * 1e9) };
}

const reasonOf = (error: unknown): string => {
  const code = axios.isAxiosError(error) ? error.code : undefined;
  return code === undefined ? messageOf(error) : `${code}: ${messageOf(error)}`;
};
