import { PatchStrategy, setHeaderOptions, type V1EphemeralContainer, type V1Pod } from "@kubernetes/client-node";
import { poll } from "../../base/deadline.ts";
import type { InsideProof } from "../../contracts/proof.ts";
import type { Cluster } from "../api/connect.ts";

/** Prints what the kernel shows inside: by the shell of our images, which takes next to no memory from the function's pod. */
const script = [
  'for file in version cmdline; do echo "= $file"',
  'while IFS= read -r line || [ -n "$line" ]; do printf "%s\\n" "$line"; done < /proc/$file; done',
  'echo "= dmesg"; exec dmesg 2>&1',
].join("\n");
const dmesgLines = 5;

export interface Look {
  readonly cluster: Cluster;
  /** One of ours: it has a shell and dmesg. */
  readonly image: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Looks from inside a pod whose function answers no question: a program of ours runs beside it for a moment, in an
 * ephemeral container, which is in the same sandbox of the pod's runtime. A start of the function is looked at by a program of its own.
 * @throws {KaliumError} E_CLUSTER, E_TIMEOUT with what kept it from looking
 */
export async function lookInPod({ metadata, status }: V1Pod, look: Look): Promise<InsideProof> {
  const { cluster, image, timeoutMs, signal } = look;
  const { name = "", namespace = "" } = metadata ?? {};
  const container = `kalium-bench-look-${status?.containerStatuses?.[0]?.restartCount ?? 0}`;
  const program: V1EphemeralContainer = {
    name: container,
    image,
    imagePullPolicy: "IfNotPresent",
    command: ["/bin/sh", "-c", script],
    securityContext: { allowPrivilegeEscalation: false },
  };
  const body = { spec: { ephemeralContainers: [program] } };
  await cluster.ask(`look into pod ${name}`, () =>
    cluster.core.patchNamespacedPodEphemeralcontainers(
      { name, namespace, body },
      setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch),
    ),
  );
  let last: string | undefined;
  const wait = { timeoutMs, signal, intervalMs: 200, lastReason: () => last };
  await poll({ ...wait, what: `the program that looks into pod ${name}` }, async () => {
    const now = await cluster.ask(`read pod ${name}`, () => cluster.core.readNamespacedPod({ name, namespace }));
    const state = now.status?.ephemeralContainerStatuses?.find((each) => each.name === container)?.state;
    last = state?.waiting?.message ?? state?.waiting?.reason;
    return state?.terminated === undefined ? undefined : true;
  });
  const text = await cluster.ask(`read what was seen in pod ${name}`, () =>
    cluster.core.readNamespacedPodLog({ name, namespace, container }),
  );
  return viewOf(text);
}

/** Whoever saw nothing proves nothing: no check accepts empty fields. */
export function viewOf(text: string): InsideProof {
  const seen = /^= version\n(.*?)\n= cmdline\n(.*?)\n= dmesg\n(.*)$/s.exec(text);
  const [, procVersion = "", procCmdline = "", log] = seen ?? [];
  const dmesg = log?.split("\n").slice(0, dmesgLines).join("\n").trim();
  const nothing = `nothing could be seen from inside: ${text.trim()}`;
  return { procVersion, procCmdline, dmesg: dmesg ?? nothing, nodeVersion: "", seenBy: "program" };
}
