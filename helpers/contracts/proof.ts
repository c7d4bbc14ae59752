/** What host and function saw of the runtime. Types only. */
import type { RuntimeName } from "./system.ts";

/** What a runtime is, as recorded with every result. */
export interface RuntimeIdentity {
  readonly runtime: RuntimeName;
  /** First line of the binary's own version output; Node's for `native`. */
  readonly version: string;
  readonly binary: string;
  /** Hexadecimal; `unknown` of a RuntimeClass whose program only the cluster's nodes know. */
  readonly sha256: string;
  /** gVisor's platform; absent elsewhere. */
  readonly platform?: string;
  /** `netstack`, `host kernel, own namespace`, `loopback`. */
  readonly network: string;
  /** The user's own, as `--name=value`; absent: none. */
  readonly flags?: readonly string[];
  /** Of these, what the binary does anyway: runsc leaves them out of its processes' arguments. */
  readonly defaultFlags?: readonly string[];
}

/** The runtime as the host sees it: from its process arguments and the network namespace. */
export interface HostProof {
  readonly identity: RuntimeIdentity;
  /** Arguments of the process that executes the sandbox. */
  readonly argv: readonly string[];
  /** Of the program that this process executes; absent when it could not be read. */
  readonly executableSha256?: string;
  /** Of an image that somebody else has built: what of it runs. */
  readonly image?: ImageEvidence;
  /** Addresses that the host kernel holds in the instance's namespace: none under gVisor's netstack. */
  readonly hostKernelAddresses: readonly string[];
  /** Its control group, below the root of each hierarchy: all its processes are in it. Absent: it has none. */
  readonly cgroup?: string;
  /** This machine's end of its own network interface. Absent: it shares the host's. */
  readonly interface?: string;
  /** On a cluster, where the process and its addresses are out of sight: what the pod asked its node for. */
  readonly pod?: PodEvidence;
}

/** An image of somebody else's, and the program of it that runs as the host sees it. */
export interface ImageEvidence {
  /** Of its manifest, `sha256:<hex>`. */
  readonly digest: string;
  /** The program of the instance's first process; absent where the host does not see it: gVisor's sentry executes it. */
  readonly program?: {
    /** Inside the image. */
    readonly path: string;
    /** Of what is executed, hexadecimal. */
    readonly sha256: string;
    /** The image has this very file at that path. */
    readonly inImage: boolean;
  };
}

export interface PodEvidence {
  /** Of the pod's specification; absent: the node's default runtime. */
  readonly runtimeClass?: string;
  readonly node: string;
  /** The node's own kernel. */
  readonly kernelRelease: string;
}

/** Where an instance of a function is, JSON list in the annotation `kalium-bench.placement`. */
export interface Placement {
  readonly instance: string;
  readonly node: string;
  readonly pod: string;
  readonly podIp: string;
}

/** The runtime as it looks from inside, by plain file reads and `dmesg`. */
export interface InsideProof {
  readonly procVersion: string;
  readonly procCmdline: string;
  /** First lines of `dmesg`, or why it was refused. */
  readonly dmesg: string;
  /** Empty where the function is not known to run on Node. */
  readonly nodeVersion: string;
  /** Who looked; absent: the function itself. `program`: one of ours, started beside the function by the runtime. */
  readonly seenBy?: "program";
}

/** Parts of a start, one after the other, ns. */
export interface StartStages {
  /** Network namespace, interfaces and control group. */
  readonly networkNs: number;
  /** The instance's files, until the runtime's program runs. */
  readonly createNs: number;
  /** Until the runtime has started the function's program. */
  readonly runtimeNs: number;
  /** Until the function listens. */
  readonly programNs: number;
  /** Until its first answer. */
  readonly answerNs: number;
}

/** What the gateway reports about each ready instance, JSON in the annotation `kalium-bench.runtime-proof`. */
export interface RuntimeProof {
  readonly instance: string;
  readonly host: HostProof;
  readonly inside: InsideProof;
  /** From the start of the sandbox to the first answer of the function, ns. */
  readonly startNs: number;
  /** Its parts, whose sum it is. Absent: nobody saw them. */
  readonly stages?: StartStages;
}
