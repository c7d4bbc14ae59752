import type { Runtime } from "../contracts.ts";
import { gvisorStock, kalium, kaliumMicrobench } from "./artifact.ts";
import { gvisor, gvisorReference } from "./gvisor.ts";
import { native } from "./native.ts";
import { runc, runcReference } from "./runc.ts";

/** All runtimes. Add a file beside this one and name it here. */
export const runtimes: readonly Runtime[] = [
  native,
  runc,
  runcReference,
  gvisor,
  gvisorReference,
  gvisorStock,
  kalium,
  kaliumMicrobench,
];
