import { KaliumError } from "../../base/errors.ts";
import type { Cluster } from "../api/connect.ts";
import { type NodeAgents, startNodeAgents } from "../nodes/agents.ts";
import { nameOf } from "../nodes/select-nodes.ts";
import { readBootLog, sandboxIdOf } from "../runsc/boot-log.ts";
import { labLabel } from "./labels.ts";
import type { FrontSettings } from "./options.ts";
import { podNameOf } from "./pod-proof.ts";

/** What runsc has logged of this run's pods. Agents go onto the nodes with the first question, and leave with the front. */
export interface PodBootLogs {
  /** @throws {KaliumError} E_CLUSTER for an instance that is not of this run or has no boot log */
  readonly read: (instance: string) => Promise<string>;
  /** Idempotent. */
  readonly close: () => Promise<void>;
}

export function openBootLogs(cluster: Cluster, { namespace, upRunId, labId, nodes }: FrontSettings): PodBootLogs {
  let agents: Promise<NodeAgents> | undefined;
  const start = async (): Promise<NodeAgents> => {
    const { items } = await cluster.ask("list nodes", () => cluster.core.listNode());
    const ours = items.filter((node) => nodes.some(({ name }) => name === nameOf(node)));
    return startNodeAgents(cluster, { runId: upRunId, nodes: ours });
  };
  return {
    read: async (instance) => {
      const name = podNameOf(instance);
      const request = { name, namespace };
      const { metadata, spec } = await cluster.ask(`read pod ${name}`, () => cluster.core.readNamespacedPod(request));
      const runtimeClass = spec?.runtimeClassName;
      if (metadata?.labels?.[labLabel] !== labId || runtimeClass === undefined) {
        throw new KaliumError("E_CLUSTER", `pod ${name} does not belong to this run under a RuntimeClass`);
      }
      agents ??= start();
      const { shells } = await agents.catch((error: unknown) => {
        agents = undefined; // a failure may be tried again
        throw error;
      });
      const shell = shells.find(({ node }) => node === spec?.nodeName);
      if (shell === undefined) throw new KaliumError("E_CLUSTER", `pod ${name} is on no node of this run`);
      return readBootLog(shell, { runtimeClass }, await sandboxIdOf(shell, metadata.uid ?? ""));
    },
    close: async () => {
      const started = await agents?.catch(() => undefined); // then there is nothing to end
      agents = undefined;
      await started?.[Symbol.asyncDispose]();
    },
  };
}
