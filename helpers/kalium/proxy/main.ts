/** The guard proxy's process: `startGuardProxy`. */
import { runService } from "../../base/child-service.ts";
import { serveGuardProxy } from "./serve.ts";

await runService(serveGuardProxy);
