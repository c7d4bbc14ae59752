/** One started instance, and what starts it. Types only. */
import type { HostProof, InsideProof, StartStages } from "./proof.ts";

/** The root file system of an image that somebody else has built, and how its program is to run there. */
export interface ImageRoot {
  /** On the host; never written to. */
  readonly directory: string;
  /** Of the image's manifest, `sha256:<hex>`. */
  readonly digest: string;
  readonly workingDirectory: string;
  readonly user: { readonly uid: number; readonly gid: number; readonly additionalGids: readonly number[] };
  /** The function may write to /tmp alone. */
  readonly readOnly: boolean;
}

/** Everything a driver needs to start one instance. */
export interface SandboxSpec {
  /** Fixed length, unique on this machine, never a prefix of another: runsc matches ids by prefix. */
  readonly id: string;
  /** The image's files; read-only inside at `/srv/fn`, which is the working directory. */
  readonly imageDirectory: string;
  /**
   * Files of the watchdog, laid out as in a root file system: they are in the instance's, and the program of `command`
   * is one of them. Absent: `command` is the function, on the instance's port.
   */
  readonly watchdogDirectory?: string;
  /**
   * Runs `command` in the root file system of an image, with nothing but `env` as its environment, on port 8080; the two
   * folders above do not count then. Absent: in our own root file system.
   */
  readonly root?: ImageRoot;
  /** Program and arguments; a leading `node` is the pinned binary. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** File name to content; read-only inside under `/var/openfaas/secrets/`. */
  readonly secrets: Readonly<Record<string, string | Uint8Array>>;
  readonly memoryLimitBytes: number;
  /** Where the runtime can, it writes all system calls of the instance into its log. Absent: it does not. */
  readonly traced?: boolean;
  /** Receives each line that the instance prints, without its newline. */
  onLine(stream: "stdout" | "stderr", line: string): void;
}

export interface SandboxExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** The instance reached its memory limit. */
  readonly outOfMemory: boolean;
}

/** What a program of ours, started in an instance, sees there. */
export interface InsideView {
  readonly proof: InsideProof;
  /** Where something listens for TCP connections. */
  readonly listening: readonly ListeningSocket[];
}

export interface ListeningSocket {
  readonly port: number;
  /** It takes connections from inside the instance alone. */
  readonly loopbackOnly: boolean;
}

export type DriverStages = Pick<StartStages, "networkNs" | "createNs" | "runtimeNs">;

/** A started instance. Its function may not listen yet: readiness is the gateway's business. */
export interface Sandbox extends AsyncDisposable {
  readonly id: string;
  /** Where its watchdog will listen, or the function where there is none. */
  readonly host: string;
  readonly port: number;
  /** How long its driver took for its part of the start. Absent: it did not look. */
  readonly stages?: DriverStages;
  /** Settles when the instance is gone, for whatever reason; never rejects. */
  readonly exited: Promise<SandboxExit>;
  /** What the host sees of the runtime. Call it while the instance runs. */
  hostProof(signal: AbortSignal): Promise<HostProof>;
  /** Looks from inside by a program of ours; where the image is somebody else's, which knows no question of ours. */
  readonly lookInside?: (signal: AbortSignal) => Promise<InsideView>;
  /** Asks to stop, kills after `graceMs`, removes all traces. Idempotent. */
  stop(graceMs: number): Promise<void>;
}

export interface SandboxDriver {
  /** @throws {KaliumError} E_SANDBOX with the runtime's own last words; nothing is left behind then. */
  start(spec: SandboxSpec, signal: AbortSignal): Promise<Sandbox>;
}
