import type { Runtime } from "../contracts.ts";
import { gvisor } from "./gvisor.ts";
import { native } from "./native.ts";
import { runc } from "./runc.ts";

/** All runtimes. Add a file beside this one and name it here. */
export const runtimes: readonly Runtime[] = [native, runc, gvisor];
