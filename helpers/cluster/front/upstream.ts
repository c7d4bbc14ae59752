import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import axios, { isAxiosError, type AxiosResponse } from "axios";
import { KaliumError, messageOf } from "../../base/errors.ts";
import type { BasicAuth } from "../../gateway/basic-auth.ts";

export interface UpstreamOptions {
  readonly url: string;
  readonly basicAuth?: BasicAuth | undefined;
  /** Names of nodes that are not ready, asked when the gateway does not answer: its own may be among them. */
  readonly lostNodes: () => Promise<readonly string[]>;
  /** How long a connection may be refused: a gateway whose readiness a busy node has missed has no endpoint for a moment. */
  readonly refusedMs: number;
}

/** The cluster's own gateway. */
export interface Upstream {
  /** The answer as text, whatever its status. @throws {KaliumError} E_CLUSTER when there is none */
  readonly ask: (method: string, path: string, body?: unknown) => Promise<AxiosResponse<string>>;
  /** The same with the answer's body as it comes. */
  readonly stream: (method: string, path: string, body?: unknown) => Promise<AxiosResponse<Readable>>;
}

/** Longer than OpenFaaS' gateway waits for its provider (65 s), so that it is the one to say what took so long. */
const timeoutMs = 80_000;
const pauseMs = 250;

export function connectUpstream({ url, basicAuth, lostNodes, refusedMs }: UpstreamOptions): Upstream {
  const rest = axios.create({
    baseURL: url,
    ...(basicAuth && { auth: { username: basicAuth.user, password: basicAuth.password } }),
    validateStatus: null,
    maxRedirects: 0,
    proxy: false,
    transformResponse: [],
    headers: { "content-type": "application/json" },
  });
  const namesOfLost = () => lostNodes().catch(() => []);
  /** Asks again while the connection is refused and no node is lost. Nothing has been sent then: no request is made twice. */
  const connected = async <T>(request: () => Promise<T>): Promise<T> => {
    const deadline = performance.now() + refusedMs;
    for (;;) {
      try {
        return await request();
      } catch (error) {
        const isRefused = isAxiosError(error) && error.code === "ECONNREFUSED";
        if (!isRefused || performance.now() >= deadline || (await namesOfLost()).length > 0) throw error;
        await sleep(pauseMs);
      }
    }
  };
  const asking = async <T>(request: () => Promise<AxiosResponse<T>>): Promise<AxiosResponse<T>> => {
    try {
      return await connected(request);
    } catch (error) {
      const lost = (await namesOfLost()).map((name) => `; node ${name} is not ready`).join("");
      throw new KaliumError("E_CLUSTER", `the gateway ${url} does not answer: ${messageOf(error)}${lost}`, {
        hint: "Run `npm run cluster -- doctor`; the gateway may be restarting.",
        details: { status: 502 },
        cause: error,
      });
    }
  };
  return {
    ask: (method, path, data) =>
      asking(() => rest.request<string>({ method, url: path, data, responseType: "text", timeout: timeoutMs })),
    stream: (method, path, data) =>
      asking(() => rest.request<Readable>({ method, url: path, data, responseType: "stream" })),
  };
}
