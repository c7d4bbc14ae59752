/** The gateway's process: `startService(new URL("helpers/gateway/main.ts"), options)`. */
import { runtimes } from "../runtimes/index.ts";
import { runService } from "../base/child-service.ts";
import { startGatewayService } from "./gateway-service.ts";

await runService((options) => startGatewayService(options, runtimes));
