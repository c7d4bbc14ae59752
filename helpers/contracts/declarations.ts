/** Runtimes and systems of the user's own file, `KALIUM_RUNTIMES`. Plain data; types only. */
import type { DeclaredRuntimeName, System } from "./system.ts";

interface DeclaredBase {
  readonly name: DeclaredRuntimeName;
  /** Absolute path, or the name of a program on `PATH`. */
  readonly binary?: string | undefined;
  /** Each as `--name` or `--name=value`; before the runtime's command, after those that the harness sets. */
  readonly flags: readonly string[];
}

/** gVisor. Absent: the binary that `gvisor` has, and the platform and network of the settings. */
export interface DeclaredRunsc extends DeclaredBase {
  readonly kind: "runsc";
  readonly platform?: "systrap" | "ptrace" | "kvm" | undefined;
  readonly network?: "sandbox" | "host" | undefined;
}

/** A program with the command line of runc: crun, youki. */
export interface DeclaredOci extends DeclaredBase {
  readonly kind: "oci";
  readonly binary: string;
}

export type DeclaredRuntime = DeclaredRunsc | DeclaredOci;

export interface Declarations {
  /** Absolute path, for messages. */
  readonly file: string;
  /** Of the file as it was read, hexadecimal; another digest is another experiment. */
  readonly sha256: string;
  readonly runtimes: readonly DeclaredRuntime[];
  /** One at least for each runtime; without A/A arms. */
  readonly systems: readonly System[];
}
