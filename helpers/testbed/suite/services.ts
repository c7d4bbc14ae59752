import type { ComparedSystem } from "../../config/systems.ts";
import type { GatewayClient } from "../../gateway/client.ts";
import type { ImageServerInfo } from "../../services/image-server/index.ts";
import type { SmtpSinkInfo } from "../../services/smtp-sink/index.ts";
import type { Lab } from "../run/lab.ts";
import type { SeededDatabases } from "./databases.ts";
import type { Floors } from "./floors.ts";

/** What the hooks have put up so far. */
export interface Services {
  readonly lab: Lab;
  readonly client: GatewayClient;
  readonly systems: readonly ComparedSystem[];
  readonly databases: SeededDatabases | undefined;
  readonly images: ImageServerInfo | undefined;
  readonly mail: SmtpSinkInfo | undefined;
  readonly floors: Floors | undefined;
  /** Instances of every deployed function. */
  readonly replicas: number;
}
