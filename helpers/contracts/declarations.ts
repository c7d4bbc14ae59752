/** Runtimes and systems of the user's own file, `KALIUM_RUNTIMES`. Plain data; types only. */
import type { DeclaredRuntimeName, System } from "./system.ts";

interface DeclaredProgram {
  readonly name: DeclaredRuntimeName;
  /** Absolute path, or the name of a program on `PATH`. */
  readonly binary?: string | undefined;
  /** Each as `--name` or `--name=value`; before the runtime's command, after those that the harness sets. */
  readonly flags: readonly string[];
}

/** gVisor. Absent: the binary that `gvisor` has, and the platform and network of the settings. */
export interface DeclaredRunsc extends DeclaredProgram {
  readonly kind: "runsc";
  readonly platform?: "systrap" | "ptrace" | "kvm" | undefined;
  readonly network?: "sandbox" | "host" | undefined;
}

/** A program with the command line of runc: crun, youki. */
export interface DeclaredOci extends DeclaredProgram {
  readonly kind: "oci";
  readonly binary: string;
}

/** A RuntimeClass that the cluster has: kata, urunc, whatever its nodes start. */
export interface DeclaredClass {
  readonly kind: "class";
  readonly name: DeclaredRuntimeName;
  /** Name of the RuntimeClass. */
  readonly class: string;
  /** What an instance must show from inside: gVisor's kernel, one of its own (a virtual machine's), or the node's. Absent: any. */
  readonly kernel?: "gvisor" | "own" | "node" | undefined;
}

export type DeclaredRuntime = DeclaredRunsc | DeclaredOci | DeclaredClass;

export interface Declarations {
  /** Absolute path, for messages. */
  readonly file: string;
  /** Of the file as it was read, hexadecimal; another digest is another experiment. */
  readonly sha256: string;
  readonly runtimes: readonly DeclaredRuntime[];
  /** One at least for each runtime; without A/A arms. */
  readonly systems: readonly System[];
}
