import type { GatewayClient } from "../gateway/client.ts";
import type { ImageServerInfo } from "../image-server/index.ts";
import type { Lab } from "../lab/lab.ts";
import type { SmtpSinkInfo } from "../smtp-sink/index.ts";
import type { ComparedSystem } from "../systems.ts";
import type { MysqlAdmin } from "../mysql/index.ts";
import type { SeededDatabases } from "../testbed/databases.ts";
import type { Collector } from "./collector.ts";

/** Everything around the guarded application, as the suite's hooks have put it up. */
export interface AccuracySurroundings {
  readonly lab: Lab;
  readonly client: GatewayClient;
  readonly system: ComparedSystem;
  readonly admin: MysqlAdmin;
  readonly databases: SeededDatabases;
  readonly images: ImageServerInfo;
  readonly mail: SmtpSinkInfo;
  /** A host that the application does not know. */
  readonly collector: Collector;
}
