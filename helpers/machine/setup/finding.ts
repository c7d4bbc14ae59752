/** One thing that the project needs, or that is worth knowing, on this machine. */
export interface Finding {
  readonly name: string;
  /**
   * `present`: there and good enough. `missing`: something cannot run without it. `improvable`: it works, but a better
   * one is available. `absent`: nothing needs it. `fact`: for information.
   */
  readonly state: "present" | "missing" | "improvable" | "absent" | "fact";
  readonly version: string | null;
  readonly path: string | null;
  /** What it is for, or what is remarkable about it. */
  readonly note: string;
  /** Debian packages that bring it, when it is missing. */
  readonly packages: readonly string[];
}

export const fact = (name: string, version: string, note = ""): Finding => ({
  name,
  state: "fact",
  version,
  path: null,
  note,
  packages: [],
});

export const present = (name: string, version: string, path: string | null, note: string): Finding => ({
  name,
  state: "present",
  version,
  path,
  note,
  packages: [],
});

export const missing = (name: string, packages: readonly string[], note: string): Finding => ({
  name,
  state: "missing",
  version: null,
  path: null,
  note,
  packages,
});
