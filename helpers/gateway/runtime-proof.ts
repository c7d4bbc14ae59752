import { z } from "zod";
import type { InsideProof, Placement, RuntimeProof } from "../contracts/proof.ts";
import type { Sandbox } from "../contracts/sandbox.ts";
import { poll } from "../base/deadline.ts";
import { messageOf } from "../base/errors.ts";
import { isRuntimeName } from "../runtimes/index.ts";
import { getOnce } from "./readiness.ts";

/** What a function's host answers at `GET /_/sandbox`. */
export const insideSchema = z.object({
  procVersion: z.string(),
  procCmdline: z.string(),
  dmesg: z.string(),
  nodeVersion: z.string(),
  seenBy: z.literal("program").exactOptional(),
});

export const identitySchema = z.object({
  runtime: z.string().refine(isRuntimeName, { error: ({ input }) => `unknown runtime ${String(input)}` }),
  version: z.string(),
  binary: z.string(),
  sha256: z.string(),
  platform: z.string().exactOptional(),
  network: z.string(),
  flags: z.array(z.string()).readonly().exactOptional(),
  defaultFlags: z.array(z.string()).readonly().exactOptional(),
});

const hostSchema = z.object({
  identity: identitySchema,
  argv: z.array(z.string()),
  executableSha256: z.string().exactOptional(),
  image: z
    .object({
      digest: z.string(),
      program: z.object({ path: z.string(), sha256: z.string(), inImage: z.boolean() }).exactOptional(),
    })
    .exactOptional(),
  hostKernelAddresses: z.array(z.string()),
  cgroup: z.string().exactOptional(),
  interface: z.string().exactOptional(),
  pod: z
    .object({ runtimeClass: z.string().exactOptional(), node: z.string(), kernelRelease: z.string() })
    .exactOptional(),
});

const stagesSchema = z.object({
  networkNs: z.number(),
  createNs: z.number(),
  runtimeNs: z.number(),
  programNs: z.number(),
  answerNs: z.number(),
});

/** The content of the annotation `kalium-bench.runtime-proof`. */
export const proofsSchema: z.ZodType<readonly RuntimeProof[]> = z.array(
  z.object({
    instance: z.string(),
    host: hostSchema,
    inside: insideSchema,
    startNs: z.number(),
    stages: stagesSchema.exactOptional(),
  }),
);

/** The content of the annotation `kalium-bench.placement`. */
export const placementsSchema: z.ZodType<readonly Placement[]> = z.array(
  z.object({ instance: z.string(), node: z.string(), pod: z.string(), podIp: z.string() }),
);

/** @throws whatever the host's side throws: an instance without it must not be used */
export async function proveRuntime(
  sandbox: Sandbox,
  start: Pick<RuntimeProof, "startNs" | "stages">,
  signal: AbortSignal,
): Promise<RuntimeProof> {
  const look = sandbox.lookInside === undefined ? askInside : lookInside;
  const [host, inside] = await Promise.all([sandbox.hostProof(signal), look(sandbox, signal)]);
  return { instance: sandbox.id, host, inside, ...start };
}

/** Of an image of somebody else's, by a program of ours; one that cannot look sees nothing, which no check accepts. */
async function lookInside(sandbox: Sandbox, signal: AbortSignal): Promise<InsideProof> {
  const view = await sandbox.lookInside?.(signal).catch((error: unknown) => messageOf(error));
  if (typeof view === "object") return view.proof;
  const dmesg = `nothing could be seen from inside: ${view ?? "no way to look"}`;
  return { procVersion: "", procCmdline: "", dmesg, nodeVersion: "", seenBy: "program" };
}

/** A machine that starts many sandboxes at once may not answer a connection in time. */
const askMs = 10_000;

/** What answers otherwise has a proof with empty fields and the reason, which no check accepts. */
async function askInside(sandbox: Sandbox, signal: AbortSignal): Promise<InsideProof> {
  let last: string | undefined;
  const asking = { what: "an answer", timeoutMs: askMs, intervalMs: 25, signal, lastReason: () => last };
  try {
    const { status, body } = await poll(asking, (deadline) =>
      getOnce(sandbox, "/_/sandbox", deadline).catch((error: unknown) => {
        last = messageOf(error);
        return undefined;
      }),
    );
    if (status !== 200) throw new Error(`status ${status}`);
    return insideSchema.parse(JSON.parse(body));
  } catch (error) {
    const dmesg = `GET /_/sandbox gave no proof: ${messageOf(error)}`;
    return { procVersion: "", procCmdline: "", dmesg, nodeVersion: "" };
  }
}
