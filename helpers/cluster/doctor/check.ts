/** One thing that `doctor` has looked at. */
export interface Check {
  /** `permissions`, `node kalium-node`, ... */
  readonly subject: string;
  /** `missing`: no measurement is possible. `note`: it is possible, with a limit or something `up` will add. */
  readonly state: "good" | "note" | "missing";
  /** What was found, with versions. */
  readonly found: string;
  /** The next command; always with `missing`. */
  readonly next?: string;
}

/** What is found of a run whose cluster is prepared. */
export const runIsUp = "is up";
