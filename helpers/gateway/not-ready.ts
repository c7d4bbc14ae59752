import { setTimeout as sleep } from "node:timers/promises";
import type { ListeningSocket, Sandbox } from "../contracts/sandbox.ts";
import type { InstanceLines } from "./instance-lines.ts";
import type { DeploymentPlan } from "./deployment-plan.ts";

export interface NotReadyReason {
  /** Absent: the error says it. */
  readonly reason?: string;
  readonly hint: string;
  /** Another start would end the same way. */
  readonly lasting?: boolean;
}

const lookMs = 10_000;

/**
 * Why an instance of an image of somebody else's did not become ready, as far as it can be seen; it may be gone.
 * @param lines the last ones that it printed
 */
export async function whyNotReady(
  sandbox: Sandbox,
  { deployment, image }: DeploymentPlan,
  lines: readonly string[],
): Promise<NotReadyReason | undefined> {
  if (image.kind === "stored") return undefined;
  if (
    deployment.readOnlyRootFilesystem === true &&
    lines.some((line) => /read-only file system|\bEROFS\b/i.test(line))
  ) {
    return {
      reason: "it writes to a root file system that the deployment makes read-only",
      hint: "Drop `readonly_root_filesystem: true`, or let the function write below /tmp alone.",
    };
  }
  const view = await sandbox.lookInside?.(AbortSignal.timeout(lookMs)).catch(() => undefined);
  return view && explainPorts(view.listening, sandbox.port, image.config.exposedPorts);
}

/** How often a function that is not ready is looked at: rarely, since a look takes what its start needs. */
const watchMs = 10_000;

/**
 * Writes to the log of a function of somebody else's what keeps it from being ready, whenever that is something else. A
 * start may take minutes, and its end is late for such news.
 */
export function tellWhyNotReady(
  sandbox: Sandbox,
  plan: DeploymentPlan,
  { note, last }: Pick<InstanceLines, "note" | "last">,
): Disposable {
  const over = new AbortController();
  const watch = async (): Promise<void> => {
    let told: string | undefined;
    for (;;) {
      await sleep(watchMs, undefined, { signal: over.signal });
      const found = await whyNotReady(sandbox, plan, last());
      if (over.signal.aborted || found?.reason === undefined || found.reason === told) continue;
      told = found.reason;
      note(`not ready yet: ${found.reason}\n  -> ${found.hint}`);
    }
  };
  if (plan.image.kind !== "stored") watch().catch(() => undefined); // its end
  return { [Symbol.dispose]: () => over.abort() };
}

/** @param exposed of the image's configuration: `3000/tcp` */
export function explainPorts(
  listening: readonly ListeningSocket[],
  port: number,
  exposed: readonly string[],
): NotReadyReason {
  const own = listening.filter((socket) => socket.port === port);
  if (own.some(({ loopbackOnly }) => !loopbackOnly)) {
    return {
      reason: `it listens on port ${port}, and does not answer`,
      hint: "Look at its log: `faas-cli logs NAME`.",
    };
  }
  if (own.length > 0) {
    return {
      lasting: true,
      reason: `it listens on port ${port} of its own loopback alone`,
      hint: `Let it listen on all addresses: 0.0.0.0:${port}.`,
    };
  }
  const others = [...new Set(listening.map((socket) => socket.port))].sort((a, b) => a - b);
  if (others.length > 0) {
    return {
      lasting: true,
      reason: `it listens on port ${others.join(", ")}, and calls come in on port ${port}`,
      hint: `Let it listen on port ${port} (many images read it from an environment variable), or put OpenFaaS' of-watchdog before it, with \`upstream_url\` at its port.`,
    };
  }
  const promised = exposed.length === 0 ? "" : `; its image exposes ${exposed.join(", ")}`;
  return {
    reason: `it listens on no port${promised}`,
    hint: "Let the image's command start a watchdog of OpenFaaS, which listens on port 8080, or raise KALIUM_READY_TIMEOUT_MS.",
  };
}
