import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RuntimeSettings } from "../contracts/runtime.ts";
import type { SandboxSpec } from "../contracts/sandbox.ts";
import { KaliumError, messageOf } from "../base/errors.ts";
import { type InstanceCgroup, openCgroups } from "./cgroup.ts";
import { type NetworkAttachment, openNetwork } from "./network.ts";
import { makeOutputPipes, type OutputNames } from "./output-pipes.ts";

/** What an instance occupies besides its processes. */
export interface Place {
  /** Private folder of the instance, `<run>/sandboxes/<id>`. */
  readonly directory: string;
  readonly attachment: NetworkAttachment;
  /** Absent where control groups cannot be made: then there is no memory limit. */
  readonly cgroup: InstanceCgroup | undefined;
  /** For what it prints. */
  readonly outputs: OutputNames;
  /** Gives everything back; tries all of it, then reports what failed. */
  readonly release: () => Promise<void>;
}

export type PlaceMaker = (spec: SandboxSpec) => Promise<Place>;

/** `Place.directory` of an instance. */
export const instanceFolder = (runDirectory: string, id: string): string => join(runDirectory, "sandboxes", id);

/** Prepares for instances of one run. */
export async function openPlaces({ runId, runDirectory, network: networkInfo }: RuntimeSettings): Promise<{
  readonly makePlace: PlaceMaker;
  /** Memory can be limited on this machine. */
  readonly cgroups: boolean;
}> {
  const network = openNetwork(networkInfo);
  const cgroups = await openCgroups(runId);
  const makePlace: PlaceMaker = async (spec) => {
    const directory = instanceFolder(runDirectory, spec.id);
    await mkdir(dirname(directory), { recursive: true });
    await mkdir(directory, { mode: 0o700 }).catch((error: unknown) => {
      throw new KaliumError("E_SANDBOX", `instance ${spec.id} exists already: ${directory}`, {
        hint: "Give every instance an id of its own, also after a restart.",
        cause: error,
      });
    });
    const [attached, grouped, piped] = await Promise.allSettled([
      network.attach(),
      cgroups?.(spec.id, spec.memoryLimitBytes) ?? Promise.resolve(undefined),
      makeOutputPipes(directory),
    ]);
    const attachment = attached.status === "fulfilled" ? attached.value : undefined;
    const cgroup = grouped.status === "fulfilled" ? grouped.value : undefined;
    const release = (): Promise<void> =>
      allOf([
        async () => attachment?.detach(),
        async () => cgroup?.remove(),
        () => rm(directory, { recursive: true, force: true }),
      ]);
    if (attachment !== undefined && grouped.status === "fulfilled" && piped.status === "fulfilled") {
      return { directory, attachment, cgroup, outputs: piped.value, release };
    }
    await release().catch(() => undefined);
    const failed = [attached, grouped, piped].find((part) => part.status === "rejected");
    throw failed?.reason;
  };
  return { makePlace, cgroups: cgroups !== undefined };
}

async function allOf(steps: readonly (() => Promise<void>)[]): Promise<void> {
  const results = await Promise.allSettled(steps.map((step) => step()));
  const failures = results.flatMap((each) => (each.status === "rejected" ? [messageOf(each.reason)] : []));
  if (failures.length > 0) throw new KaliumError("E_SANDBOX", failures.join("; "), { hint: "Run `npm run sweep`." });
}
