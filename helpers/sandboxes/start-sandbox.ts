import type { HostProof } from "../contracts/proof.ts";
import type { InsideView, Sandbox, SandboxSpec } from "../contracts/sandbox.ts";
import { nowNs } from "../base/clock.ts";
import { poll } from "../base/deadline.ts";
import { KaliumError, messageOf } from "../base/errors.ts";
import type { AttachedProcess, ProcessExit } from "./attached-process.ts";
import { superviseInstance } from "./instance.ts";
import type { Place, PlaceMaker } from "./place.ts";

/** How one kind of sandbox is started in the place made for it. */
export interface Launch {
  /** For messages: `gvisor`. */
  readonly name: string;
  start(spec: SandboxSpec, place: Place): Promise<AttachedProcess>;
  /**
   * The runtime has done its part: the function's program runs, or ran if `exit` is given. Asked every few
   * milliseconds, and once more after the end: a function that dies at once did start.
   */
  hasStarted(spec: SandboxSpec, place: Place, child: AttachedProcess, exit?: ProcessExit): Promise<boolean>;
  /** Sends the function SIGTERM; ends on `signal`. */
  terminate(spec: SandboxSpec, place: Place, asked: Asked): Promise<void>;
  proof(spec: SandboxSpec, place: Place, child: AttachedProcess): Promise<HostProof>;
  /** Looks from inside; asked for images of others alone. */
  look(spec: SandboxSpec, place: Place, signal: AbortSignal): Promise<InsideView>;
  /** The runtime's own logs, where its last words refer to them. */
  explain(place: Place, child: AttachedProcess): Promise<string>;
}

export interface Asked {
  readonly child: AttachedProcess;
  readonly signal: AbortSignal;
}

/** An old release under load needs 4 s; a runtime that hangs needs an end. */
const startTimeoutMs = 120_000;

/** @throws {KaliumError} E_SANDBOX with the runtime's own words; nothing is left behind then */
export async function startSandbox(
  launch: Launch,
  places: PlaceMaker,
  spec: SandboxSpec,
  signal: AbortSignal,
): Promise<Sandbox> {
  const beganNs = nowNs();
  const place = await places(spec);
  const placedNs = nowNs();
  let sandbox: Sandbox | undefined;
  let child: AttachedProcess | undefined;
  try {
    const started = (child = await launch.start(spec, place));
    const createdNs = nowNs();
    sandbox = superviseInstance({
      id: spec.id,
      host: place.attachment.address,
      port: place.attachment.port,
      child: started,
      cgroup: place.cgroup,
      terminate: (ending) => launch.terminate(spec, place, { child: started, signal: ending }),
      proof: async () => ({
        ...(await launch.proof(spec, place, started)),
        ...(place.cgroup && { cgroup: place.cgroup.path }),
        ...(place.attachment.netns && { interface: place.attachment.netns.hostInterface }),
      }),
      lookInside: spec.root && ((looking) => launch.look(spec, place, looking)),
      release: place.release,
    });
    await poll(
      { what: `${launch.name} to start ${spec.id}`, timeoutMs: startTimeoutMs, intervalMs: 5, signal },
      async () => {
        if (await launch.hasStarted(spec, place, started)) return true;
        if (started.running()) return undefined;
        const exit = await started.exited;
        if (await launch.hasStarted(spec, place, started, exit)) return true;
        throw new KaliumError("E_SANDBOX", `ended with ${exit.code ?? exit.signal ?? "?"}`);
      },
    );
    const stages = {
      networkNs: placedNs - beganNs,
      createNs: createdNs - placedNs,
      runtimeNs: nowNs() - createdNs,
    };
    return { ...sandbox, stages };
  } catch (error) {
    const words = child === undefined ? "" : await launch.explain(place, child).catch(messageOf);
    const leftover = await (sandbox === undefined ? place.release() : sandbox.stop(0)).then(() => "", messageOf);
    throw new KaliumError(
      "E_SANDBOX",
      [`${launch.name} did not start ${spec.id}: ${messageOf(error)}`, words, leftover].filter(Boolean).join("\n"),
      { cause: error },
    );
  }
}
