import type { Sample } from "../../../reports/records/record.ts";
import type { ComparedSystem } from "../../config/systems.ts";
import type { MeasuredFunction, RunFunction } from "../../contracts/application.ts";
import type { System } from "../../contracts/system.ts";
import type { Deployment } from "../../gateway/deployment.ts";
import type { GatewayClient } from "../../gateway/client.ts";
import type { HttpStubsInfo } from "../../services/http-stub/index.ts";
import type { Surroundings } from "../block/deployment.ts";
import type { TrafficCheck } from "../block/traffic-check.ts";
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
  /** The user's; absent: Hello, Retail! */
  readonly application?: BlockApplication;
  /** The HTTP services that stand for others, of an application of the user's. */
  readonly stubs?: HttpStubsInfo;
}

/** What blocks need to know of the application whose functions they deploy. */
export interface BlockApplication {
  readonly functions: readonly RunFunction[];
  /** @throws {KaliumError} */
  readonly deployment: (of: Deploying) => Deployment | Promise<Deployment>;
  /** Its functions name all tables that they write to, so that others must not change. */
  readonly tablesKnown: boolean;
  /** Of a block: what its calls leave with the services. */
  readonly watch: (measured: MeasuredFunction, services: Services) => Promise<TrafficCheck>;
  /** The error that ends the measurement when a system's first answers are wrong; absent: they are samples like others. */
  readonly refuseFirst?: (
    measured: MeasuredFunction,
    sample: Sample,
    why: { readonly problem: string | undefined; /** Of its instance. */ readonly end: string | undefined },
  ) => Error;
}

export interface Deploying {
  readonly definition: RunFunction;
  readonly system: System;
  readonly surroundings: Surroundings;
  readonly services: Pick<Services, "lab" | "databases" | "images" | "mail" | "stubs">;
}
