import type { GuardName, System } from "../contracts/system.ts";
import { artifact } from "./artifact/index.ts";
import { embedded } from "./embedded/index.ts";
import type { Guard } from "./guard.ts";
import { none } from "./none.ts";

/** All guards. A name without its guard does not compile. */
export const guards: Readonly<Record<GuardName, Guard>> = { none, embedded, artifact };

/** Guards that have work with at least one of the systems. */
export const guardsOf = (systems: readonly System[], all: readonly Guard[] = Object.values(guards)): readonly Guard[] =>
  all.filter((guard) => systems.some((system) => guard.concerns(system)));
