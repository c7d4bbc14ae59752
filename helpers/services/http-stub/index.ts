import { readCountsPage } from "../../base/counts-page.ts";
import { type Service, type StartService, startService } from "../../base/child-service.ts";

/** Given to the first request that fits; what is absent fits all. */
export interface StubAnswerOptions {
  readonly method?: string | undefined;
  /** With its query where it has a `?`, else any. */
  readonly path?: string | undefined;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpStubsOptions {
  /** Where they listen, each on a free port. */
  readonly host: string;
  /** By name. */
  readonly stubs: Readonly<Record<string, readonly StubAnswerOptions[]>>;
}

export interface HttpStubsInfo {
  /** By name. */
  readonly urls: Readonly<Record<string, string>>;
  /** Address on this machine's loopback that tells what arrived. */
  readonly controlUrl: string;
}

export interface StubCounts {
  /** By name, since the start. */
  readonly answered: Readonly<Record<string, number>>;
  /** Requests without a fitting answer: how many, and the last one as `payments: GET /x`. */
  readonly unanswered: { readonly count: number; readonly last?: string };
}

/** Starts HTTP servers that give fixed answers. @throws {KaliumError} E_SERVICE */
export const startHttpStubs = (
  options: HttpStubsOptions,
  start: StartService = startService,
): Promise<Service<HttpStubsInfo>> =>
  start(new URL("main.ts", import.meta.url), options, { name: "HTTP stubs", timeoutMs: 120_000 });

/** @throws {KaliumError} E_SERVICE */
export const readStubCounts = async ({ controlUrl }: Pick<HttpStubsInfo, "controlUrl">): Promise<StubCounts> =>
  (await readCountsPage(controlUrl, "HTTP stub server")) as StubCounts;
