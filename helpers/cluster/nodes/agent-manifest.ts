import type { V1DaemonSet, V1Namespace, V1Node, V1Pod } from "@kubernetes/client-node";
import type { NamedObject } from "../api/objects.ts";
import { fieldManager, labelsOf, managedByLabel, systemNamespace } from "../names.ts";

export const agentName = "kalium-bench-node-agent";
export const agentContainer = "agent";
const toolPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Of no weight, and on every node that runs pods: its own files are covered by the node's. */
export const usualAgentImage = "registry.k8s.io/pause:3.10";

export const systemNamespaceManifest = (runId: string): V1Namespace & NamedObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: {
    name: systemNamespace,
    labels: { ...labelsOf(runId, "system"), "pod-security.kubernetes.io/enforce": "privileged" },
  },
});

const isPause = (name: string): boolean => /\/pause:/.test(name);

/** Ours come last: `down` may just have removed them, and nodes hear of it late. */
const isOwn = (name: string): boolean => /(?:^|\/)kalium-bench\//.test(name);

/**
 * Images that every one of the nodes says it has, the smallest kind first. Nodes list 50 images at most, and some that
 * have just gone.
 */
export function presentImages(nodes: readonly V1Node[]): readonly string[] {
  // `names` is null for an image that lost its last name.
  const [first, ...rest] = nodes.map(
    ({ status }) =>
      new Set((status?.images ?? []).flatMap(({ names }) => names ?? []).filter((name) => !name.includes("@"))),
  );
  const common = [...(first ?? [])].filter((name) => rest.every((names) => names.has(name)));
  const rank = (name: string): number => (isPause(name) ? 0 : isOwn(name) ? 2 : 1);
  return common.filter((name) => !name.includes("windows")).toSorted((a, b) => rank(a) - rank(b));
}

/** Images that a container on each of the nodes runs from: they have them even when their status names none. */
export function runningImages(nodes: readonly V1Node[], pods: readonly V1Pod[]): readonly string[] {
  const imagesOn = (node: string | undefined): readonly string[] =>
    pods
      .filter(({ spec }) => spec?.nodeName !== undefined && spec.nodeName === node)
      .flatMap(({ spec, status }) =>
        (spec?.containers ?? []).filter(({ name }) =>
          status?.containerStatuses?.some((container) => container.name === name && container.state?.running),
        ),
      )
      .flatMap(({ image }) => image ?? []);
  const [first = [], ...rest] = nodes.map(({ metadata }) => imagesOn(metadata?.name));
  return [...new Set(first.filter((image) => rest.every((images) => images.includes(image))))];
}

/** In the order to try them: what is of no weight, what runs, the rest. */
export function agentCandidates(nodes: readonly V1Node[], pods: readonly V1Pod[]): readonly string[] {
  const present = presentImages(nodes);
  const pause = present.filter(isPause);
  return [...new Set([...pause, ...runningImages(nodes, pods), ...present])];
}

/** Mounts the folders of a node that hold its shell and the libraries of it over those of any image. */
export function toolVolumes(architecture: string) {
  const paths = ["/bin", "/sbin", "/lib", "/usr", ...(architecture === "amd64" ? ["/lib64"] : [])];
  const tools = paths.map((path) => ({ name: `host${path.replaceAll("/", "-")}`, path }));
  return {
    volumes: tools.map(({ name, path }) => ({ name, hostPath: { path } })),
    volumeMounts: tools.map(({ name, path }) => ({ name, mountPath: path, readOnly: true })),
  };
}

export interface AgentPlace {
  readonly image: string;
  /** `Never`: the nodes have it, or the agent fails at once. */
  readonly pull: "Never" | "IfNotPresent";
  readonly nodeNames: readonly string[];
  readonly architecture: string;
}

/**
 * A privileged pod on each of the nodes that only waits. Commands are run in it with the node's own shell, whose folders
 * are mounted over those of the image; `enterNode` then leaves the container.
 */
export function agentManifest(
  runId: string,
  { image, pull, nodeNames, architecture }: AgentPlace,
): V1DaemonSet & NamedObject {
  const labels = labelsOf(runId, "node-agent");
  const selector = { [managedByLabel]: fieldManager, "kalium-bench/part": "node-agent" };
  const { volumes, volumeMounts } = toolVolumes(architecture);
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: agentName, namespace: systemNamespace, labels },
    spec: {
      selector: { matchLabels: selector },
      template: {
        metadata: { labels },
        spec: {
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: nodeTerms(nodeNames) },
            },
          },
          tolerations: [{ operator: "Exists" }],
          hostPID: true,
          hostNetwork: true,
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: agentContainer,
              image,
              imagePullPolicy: pull,
              command: ["/bin/sh", "-c", "while :; do sleep 3600; done"],
              env: [{ name: "PATH", value: toolPath }], // the image may have another
              securityContext: { privileged: true, runAsUser: 0, runAsGroup: 0 }, // the image may name another
              volumeMounts,
            },
          ],
          volumes,
        },
      },
    },
  };
}

const nodeTerms = (names: readonly string[]) => [
  { matchFields: [{ key: "metadata.name", operator: "In", values: [names[0] ?? ""] }] },
  ...names.slice(1).map((name) => ({ matchFields: [{ key: "metadata.name", operator: "In", values: [name] }] })),
];

/**
 * Runs a script as root in the namespaces of the container runtime. They are those of the container's shim, its parent
 * as soon as the program that started it has ended; the node's first process may be out of reach.
 */
export const enterNode = (script: string, args: readonly string[]): readonly string[] => [
  ...["/bin/sh", "-c", enterScript, "kalium-bench"],
  ...["/usr/bin/env", "-i", `PATH=${toolPath}`, "HOME=/root"],
  ...["/bin/sh", "-c", script, "kalium-bench", ...args],
];

/** Without awk, which is a link to where the container does not see it. */
const enterScript = `tries=0
while :; do
  parent=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$$/status")
  case $({ tr '\\0' ' ' <"/proc/$parent/cmdline"; } 2>/dev/null) in *" -address "*) break ;; esac
  tries=$((tries + 1))
  [ "$tries" -lt 100 ] || { echo "no containerd shim started the agent: is the container runtime containerd?" >&2; exit 1; }
  sleep 0.02
done
exec nsenter --target "$parent" --mount --uts --ipc --net --pid -- "$@"`;
