import type { Dependency } from "../../contracts/application.ts";
import type { ImageServerInfo } from "../../services/image-server/index.ts";
import type { SmtpSinkInfo } from "../../services/smtp-sink/index.ts";
import type { SeededDatabases } from "./databases.ts";

interface NeededServices {
  readonly databases: SeededDatabases;
  readonly images: ImageServerInfo;
  readonly mail: SmtpSinkInfo;
}

/** Which of them a function's need is. */
interface ServiceOf {
  readonly mysql: "databases";
  readonly "image-server": "images";
  readonly "smtp-sink": "mail";
}

/**
 * What must run before functions with these needs are deployed. The databases always: some variants need one beside
 * every function.
 */
export type ServicesFor<Need extends Dependency> = Pick<NeededServices, "databases"> &
  Pick<NeededServices, ServiceOf[Need]> &
  Partial<NeededServices>;
