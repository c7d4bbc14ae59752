import type { IncomingMessage, ServerResponse } from "node:http";
import type { FunctionDeployment, FunctionStatus } from "./deployment.ts";
import type { LogLine, LogQuery } from "./function-log.ts";
import type { ImposedHeaders } from "./relay.ts";
import type { Secrets } from "./secret-store.ts";

/**
 * What stands behind the REST API, as OpenFaaS divides gateway and provider: sandboxes of this machine (`server.ts`),
 * or pods of a cluster (`helpers/cluster/provider`). Refusals are thrown with the status that the API answers.
 */
export interface Provider {
  /** In `/system/info`; absent: ours. */
  readonly name?: string;
  /** In `/system/info`. */
  readonly orchestration: string;
  /** Of functions at once, and of the replicas of one; absent: none. */
  readonly limits?: { readonly functions?: number | undefined; readonly replicas?: number | undefined };
  readonly functions: Functions;
  readonly secrets: Secrets;
  /** Ends what this process holds. */
  readonly close: () => Promise<void>;
}

/** The functions by name. Removal is asynchronous, as in OpenFaaS: a function stays visible until it is gone. */
export interface Functions {
  /** @throws {KaliumError} 400 for an unusable deployment, 500 when the name is taken or still being removed */
  readonly deploy: (deployment: FunctionDeployment) => Promise<void>;
  /** @throws {KaliumError} 400, or 404 when there is none */
  readonly update: (deployment: FunctionDeployment) => Promise<void>;
  /** Starts the removal. @throws {KaliumError} 404 */
  readonly remove: (name: string) => Promise<void>;
  /** Of memory: asked for each call. The same object until the function is removed or replaced. */
  readonly get: (name: string) => ServedFunction | undefined;
  readonly all: () => readonly ServedFunction[];
}

export interface ServedFunction {
  readonly name: string;
  readonly status: (invocationCount: number) => FunctionStatus;
  /** Wanted number of instances. */
  readonly replicas: () => number;
  /** Number of instances that calls can go to. */
  readonly availableReplicas: () => number;
  /** No further start is tried. */
  readonly gaveUp: () => boolean;
  /** The ready instances in turn; `undefined` when there is none. */
  readonly pick: () => Instance | undefined;
  /** Resolves at the next change of anything above. */
  readonly changed: () => Promise<unknown>;
  /**
   * Starts an instance of a function that was scaled to zero. `true`: one is starting, for this call or an earlier one.
   * Absent: nothing starts for a call.
   */
  readonly wake?: () => boolean;
  /** Starts the change; settles when it is accepted. Within the provider's limits. */
  readonly requestScale: (replicas: number) => Promise<void>;
  /** Ends on `signal`. @throws {KaliumError} before the first line when there is no log */
  readonly readLog: (query: LogQuery, signal: AbortSignal) => AsyncGenerator<LogLine, void, undefined>;
}

/** What the gateway adds to a call. */
export interface GatewayCall {
  readonly path: string;
  /** The caller's own, or the one that the gateway gives it. */
  readonly callId: string;
  readonly requestHeaders: readonly string[];
  readonly imposed?: ImposedHeaders;
  readonly responseHeaders: readonly string[];
  readonly replacedHeaders: ReadonlySet<string>;
  readonly defaultContentType: string;
  /** Hears of the head of the answer. */
  readonly onAnswer?: (answer: IncomingMessage) => void;
  /** Called at the end of a call of which no byte has left. */
  readonly onUnsent?: () => void;
}

/** Where a call goes. */
export interface Instance {
  handle(incoming: IncomingMessage, outgoing: ServerResponse, call: GatewayCall): void;
}
