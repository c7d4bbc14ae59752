/** The gateway of `community-edition.ts` as a pod: options are JSON in the environment (`own-gateway.ts`). */
import { startClusterGateway } from "../provider/cluster-gateway.ts";
import { communityEdition } from "./community-edition.ts";

const gateway = await startClusterGateway(JSON.parse(process.env["KALIUM_GATEWAY_OPTIONS"] ?? "{}"), communityEdition);
process.once("SIGTERM", () => void gateway.close().then(() => process.exit(0)));
