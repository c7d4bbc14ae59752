import type { GatewayClient } from "../../gateway/client.ts";
import type { ImageServerInfo } from "../../services/image-server/index.ts";
import type { Lab } from "../../testbed/run/lab.ts";
import type { SmtpSinkInfo } from "../../services/smtp-sink/index.ts";
import type { ComparedSystem } from "../../config/systems.ts";
import type { MysqlAdmin } from "../../services/mysql/index.ts";
import type { SeededDatabases } from "../../testbed/suite/databases.ts";
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
