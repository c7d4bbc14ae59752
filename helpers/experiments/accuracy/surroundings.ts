import type { GatewayClient } from "../../gateway/client.ts";
import type { Lab } from "../../testbed/run/lab.ts";
import type { ComparedSystem } from "../../config/systems.ts";
import type { Dependency } from "../../contracts/application.ts";
import type { ServicesFor } from "../../testbed/suite/needed-services.ts";
import type { Collector } from "./collector.ts";

/** What the suite's hooks create: all that the application needs, and a host that it does not know. */
export type AccuracyServices = ServicesFor<Dependency> & { readonly collector: Collector };

/** Everything around the guarded application. */
export type AccuracySurroundings = AccuracyServices & {
  readonly lab: Lab;
  readonly client: GatewayClient;
  readonly system: ComparedSystem;
};
