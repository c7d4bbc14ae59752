import { z } from "zod";
import { KaliumError } from "../base/errors.ts";

/*
 * What `cluster up` has made and found, for the lab and the front process. Kept as `facts.json` in the ConfigMap
 * `kalium-bench-facts` of namespace `openfaas-fn`. Written last, so it exists only where `up` came to its end.
 * Holds names of Secrets, never their content.
 */

const secretReference = z.object({ namespace: z.string(), name: z.string() });

const endpoint = z.object({ host: z.string(), port: z.number().int().min(1).max(65_535) });

const gateway = z.object({
  /** `kalium-bench`: our own. `unknown`: answers as OpenFaaS does, but names no provider. */
  kind: z.enum(["faas-netes-ce", "faas-netes-pro", "kalium-bench", "unknown"]),
  /** As `/system/info` gives them. */
  version: z.string(),
  provider: z.string(),
  /** Service of the gateway, for a port-forward or a look-up of its ClusterIP. */
  service: z.object({ namespace: z.string(), name: z.string(), port: z.number().int() }),
  /** Base URLs without a slash at the end, the ones for the client best first; `via` is what a record says. */
  urls: z.array(z.object({ via: z.enum(["cluster-ip", "node-port", "pod-ip", "given"]), url: z.string() })),
  /** URL that functions call one another by. */
  functionUrl: z.string(),
  /** Keys `basic-auth-user` and `basic-auth-password`; absent: no login. */
  credentials: secretReference.optional(),
  /** Deployed at once, at most; absent: no limit known. */
  functionLimit: z.number().int().optional(),
  replicaLimit: z.number().int().optional(),
  /** Whether the annotation `com.openfaas.profile` selects a runtime class. Else Deployments are patched. */
  honoursProfiles: z.boolean(),
});

const mysql = z.object({
  /** `pod`: made by `up`. `url`: the user's own. */
  source: z.enum(["pod", "url"]),
  /** As pods reach it. */
  functionEndpoint: endpoint,
  /** `service`: by ClusterIP; `pod`: by the pod's address, where no kube-proxy serves ClusterIPs; `given`: by URL. */
  via: z.enum(["service", "pod", "given"]),
  /** Of the server in a pod: for the port-forward that administers it. */
  service: z.object({ namespace: z.string(), name: z.string(), port: z.number().int() }).optional(),
  /** Keys `user` and `password` of an account that may make databases and accounts; with `source: url` also `url`. */
  adminSecret: secretReference,
  /** Host part of the accounts of functions. */
  accountHost: z.string(),
  version: z.string(),
  sqlMode: z.string(),
  image: z.string().optional(),
  /** `persistent-volume-claim`, `empty-dir`; absent with `source: url`. */
  storage: z.string().optional(),
});

/**
 * Where a run starts its image server, mail sink and embedded guard. `host`: at this address of its own machine, which
 * pods can reach. `pod`: in the pod that `up` keeps for them.
 */
const services = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("host"), address: z.string() }),
  z.object({ kind: z.literal("pod"), image: z.string() }),
]);

const runtimeClass = z.object({
  /** Name of the runtime in systems: `gvisor`, `kalium`, ... */
  runtime: z.string(),
  /** Name of the RuntimeClass; absent: the node's default runtime, for `runc`. */
  runtimeClass: z.string().optional(),
  /** Name of the handler in containerd's configuration. */
  handler: z.string().optional(),
  /** First line of its own version output. */
  version: z.string(),
  sha256: z.string(),
  /** On the nodes. */
  binary: z.string(),
  platform: z.string().optional(),
  network: z.string(),
  /** Folder on the nodes that has one folder per sandbox id; absent: no logs. */
  logFolder: z.string().optional(),
  /** Names of the nodes that have it. */
  nodes: z.array(z.string()).min(1),
});

const node = z.object({
  name: z.string(),
  /** InternalIP. */
  address: z.string(),
  architecture: z.string(),
  operatingSystem: z.string(),
  kernel: z.string(),
  kubelet: z.string(),
  containerRuntime: z.string(),
  /** Plugins that connect its pods, in their order: `bridge, portmap`. Absent: not found. */
  cni: z.string().optional(),
});

export const factsSchema = z.object({
  format: z.literal(1),
  runId: z.string(),
  /** ISO 8601, UTC. */
  createdAt: z.string(),
  /** Of the functions. */
  namespace: z.string(),
  gateway,
  mysql,
  services,
  /** Without `native`, which a cluster does not have. */
  runtimes: z.array(runtimeClass),
  nodes: z.array(node).min(1),
  /** The artifact's controller, where KALIUM_BUILD was given. */
  controller: z.object({ address: z.string(), sha256: z.string() }).optional(),
});

export type ClusterFacts = z.output<typeof factsSchema>;

/** @throws {KaliumError} E_RECORD when the text is not what this version writes */
export function parseFacts(text: string): ClusterFacts {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new KaliumError("E_RECORD", "facts.json of the cluster is not JSON", { hint: again, cause: error });
  }
  const result = factsSchema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new KaliumError(
    "E_RECORD",
    `facts.json of the cluster: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`,
    {
      hint: again,
    },
  );
}

const again = "Run `npm run cluster -- down`, then `npm run cluster -- up` of this version.";
