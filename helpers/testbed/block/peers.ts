import type { System } from "../../contracts/system.ts";
import { functionGatewayUrl } from "../../platforms/platform.ts";
import type { Services } from "../suite/services.ts";

/** Services by the address, `host:port`, that functions connect to: in a testbed all share the host's. */
export function peersOf(
  system: System,
  { lab, databases, images, mail }: Pick<Services, "lab" | "databases" | "images" | "mail">,
): Readonly<Record<string, string>> {
  const { hostAddress } = lab.network;
  const access = databases.accessOf(system);
  const addresses: readonly (readonly [string, string | undefined])[] = [
    ["gateway", new URL(functionGatewayUrl(lab)).host],
    ["mysql", `${access.host}:${access.port}`],
    ["image-server", images && `${hostAddress}:${new URL(images.url).port || "443"}`],
    ["smtp", mail && `${mail.host}:${mail.port}`],
  ];
  return Object.fromEntries(addresses.flatMap(([name, address]) => (address === undefined ? [] : [[address, name]])));
}
