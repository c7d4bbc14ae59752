import type { V1Deployment, V1Node, V1Pod, V1RuntimeClass } from "@kubernetes/client-node";

export interface Labelled {
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly labels?: Record<string, string>;
    readonly resourceVersion?: string;
  };
}

export interface FakeCluster extends AsyncDisposable {
  readonly kubeconfig: string;
  readonly gatewayUrl: string;
  readonly deployments: Map<string, V1Deployment>;
  readonly pods: Map<string, V1Pod>;
  readonly secrets: Map<string, Labelled>;
  readonly nodes: Map<string, V1Node>;
  readonly classes: Map<string, V1RuntimeClass>;
  /** Answer to PUT /system/functions in place of the real one. */
  putAnswer: { status: number; body: string } | undefined;
  /** The provider leaves out what a request says of resources. */
  dropsResources: boolean;
  /** Nodes can pull images; without it they have none but those that were loaded. */
  hasRegistry: boolean;
  /** Functions need longer than the provider's liveness probe waits. */
  startsSlowly: boolean;
  /** From the end of a pod that has a node until it is gone, ms. */
  endMs: number;
  /** Runtime class of every pod that got a node, in order; "" for none. */
  readonly started: string[];
  /** Of a pod whose image is there; default: one that runs. */
  podStatus: (name: string) => NonNullable<V1Pod["status"]>;
  /** Tells the watchers. */
  readonly setPod: (pod: V1Pod) => void;
  readonly deletePod: (name: string) => void;
  readonly stopGateway: () => Promise<void>;
  /** Calls of functions that the gateway has seen. */
  readonly calls: string[];
  /** What kubelets answer to `stats/summary`; absent: this user may not ask nodes. */
  summary?: unknown;
  /** Answers to `/_/health/` below functions, one after the other; then 200. */
  readonly health: { readonly status: number; readonly internal?: string }[];
}
