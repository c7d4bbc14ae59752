import type { z } from "zod";

/** A setting: an environment variable, how its text is read, and what the documents say of it. */
export interface Variable {
  readonly schema: z.ZodType<unknown, string>;
  /** Text that stands in for an unset variable, read like the user's own; absent: `shownDefault` says what happens. */
  readonly preset?: string;
  /** The default as docs/settings.md shows it, where `preset` does not say it. */
  readonly shownDefault?: string;
  readonly meaning: string;
  /** May hold a password: never shown as it is. */
  readonly secret?: true;
}
