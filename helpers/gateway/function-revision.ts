import type { RuntimeProof } from "../contracts/proof.ts";
import type { DeploymentPlan } from "./deployment-plan.ts";
import type { FunctionLog } from "./function-log.ts";
import type { ServedFunction } from "./provider.ts";
import type { LastExit } from "./replica.ts";
import type { RunningInstance } from "./instance.ts";

/** One revision of a function with its instances. A changed deployment makes a new one. */
export interface FunctionRevision extends ServedFunction {
  readonly plan: DeploymentPlan;
  readonly log: FunctionLog;
  readonly createdAt: Date;
  available(): readonly RunningInstance[];
  proofs(): readonly RuntimeProof[];
  lastExit(): LastExit | undefined;
  /** For changes outside: removed or replaced. */
  readonly tellChange: () => void;
  /** Removes all instances in parallel. Idempotent. */
  stop(drainMs?: number): Promise<void>;
}
