import type { ComparedSystem } from "../../config/systems.ts";
import type { GatewayClient } from "../../gateway/client.ts";
import type { Lab } from "../run/lab.ts";
import type { Floors } from "./floors.ts";
import type { ServicesFor } from "./needed-services.ts";

/** What blocks need of a suite: what its hooks have created, the run, and its gateway. */
export interface Services extends ServicesFor<never> {
  readonly lab: Lab;
  readonly client: GatewayClient;
  readonly systems: readonly ComparedSystem[];
  readonly floors: Pick<Floors, "measure">;
  /** Instances of every deployed function. */
  readonly replicas: number;
}
