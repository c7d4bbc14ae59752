/** What isolates an instance. Types only. */
import type { Declarations } from "./declarations.ts";
import type { InsideProof, RuntimeIdentity } from "./proof.ts";
import type { SandboxDriver } from "./sandbox.ts";
import type { RuntimeName } from "./system.ts";

/**
 * The run's network: a bridge with one veth pair per sandbox, or plain loopback where that is not possible; on a cluster
 * the address of this machine that pods reach, or of the pod that the run's services are in.
 */
export type NetworkInfo = LocalNetworkInfo | { readonly kind: "cluster"; readonly hostAddress: string };

export type LocalNetworkInfo =
  | {
      readonly kind: "bridge";
      readonly bridge: string;
      readonly hostAddress: string;
      readonly prefixLength: number;
      /** Why sandboxes reach whatever listens on all addresses of this machine; absent: they do not. */
      readonly unfiltered?: string;
    }
  | {
      readonly kind: "loopback";
      readonly hostAddress: "127.0.0.1";
      /** Why there is no bridge. */ readonly reason?: string;
    };

/** Settings of runtimes; crosses to the gateway process as JSON. Paths are absolute. */
export interface RuntimeSettings {
  readonly runId: string;
  /** The run's own directory; runtimes keep their state and bundles below it. */
  readonly runDirectory: string;
  readonly network: LocalNetworkInfo;
  /** The Node binary every sandbox runs. */
  readonly nodeBinary: string;
  /** Explicit binaries; absent: looked up (private cache first, then PATH). */
  readonly runscBinary?: string | undefined;
  readonly runcBinary?: string | undefined;
  /** The second binaries, of `gvisor-ref` and `runc-ref`. */
  readonly runscReference?: string | undefined;
  readonly runcReference?: string | undefined;
  /** The user's flags of runsc, as `--name=value`: of `gvisor` and of `gvisor-ref`. */
  readonly runscFlags?: readonly string[] | undefined;
  readonly runscReferenceFlags?: readonly string[] | undefined;
  /** The user's own runtimes, beside ours. */
  readonly declared?: Declarations | undefined;
  /** The artifact's `build/bin`, or the folder above it. */
  readonly kaliumBuild?: string | undefined;
  /** `auto` tries systrap, then ptrace. kvm is only tried when it is named. */
  readonly gvisorPlatform: "auto" | "systrap" | "ptrace" | "kvm";
  /** `sandbox` is gVisor's netstack; `host` bypasses it and is recorded. */
  readonly gvisorNetwork: "sandbox" | "host";
}

/** An absent runtime is an answer with a reason, not an exception. */
export type Availability =
  | { readonly available: true; readonly identity: RuntimeIdentity }
  | { readonly available: false; readonly reason: string; readonly hint: string };

export type OpenedRuntime =
  | (Extract<Availability, { available: true }> & { readonly driver: SandboxDriver })
  | Extract<Availability, { available: false }>;

/** One file per runtime in `helpers/runtimes/`: all that is known of it, in one place. */
export interface Runtime {
  readonly name: RuntimeName;
  /** What an instance claims to run on: gVisor's kernel, the host's behind namespaces, or the bare host. */
  readonly kind: "gvisor" | "container" | "process";
  /** RuntimeClass of its pods, `undefined` for the node's own runtime; or why no pod can run on it. */
  readonly onCluster:
    { readonly runtimeClass: string | undefined } | { readonly reason: string; readonly hint: string };
  /** Why this machine cannot run it, whatever is installed here; absent: it may. */
  readonly onMachine?: { readonly reason: string; readonly hint: string };
  /** It can log all system calls of an instance, on this machine. */
  readonly tracesCalls?: true;
  /** Setting that must name its binary. */
  readonly binarySetting?: "KALIUM_RUNSC_REF" | "KALIUM_RUNC_REF";
  /** Looks at the machine and tries the runtime with a deadline; never installs anything. */
  open(settings: RuntimeSettings, signal: AbortSignal): Promise<OpenedRuntime>;
  /**
   * Says what in an instance's own view of its kernel contradicts this runtime; `undefined` when all agrees.
   * @param kernelRelease of the kernel beneath, as uname(2) tells it there
   */
  insideProblem(inside: InsideProof, kernelRelease: string): string | undefined;
  /** Says what an instance's view leaves open of what its runtime is. Absent: nothing, once all agrees. */
  unproven?(inside: InsideProof, kernelRelease: string): string | undefined;
}
