import { KaliumError } from "../../base/errors.ts";

const byDefault = "http://127.0.0.1:8080";

/**
 * The root of the gateway, without a slash at its end: as the command line says, else the stack file, else
 * OPENFAAS_URL. What a file says counts as faas-cli counts it: the default address, which templates write, does not.
 * @throws {KaliumError} E_CONFIG for what is not an HTTP address
 */
export function gatewayAddress(given: {
  readonly option: string | undefined;
  readonly stack: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}): string {
  const stack = normalize(given.stack, "provider.gateway");
  return (
    normalize(given.option, "--gateway") ??
    (stack === byDefault ? undefined : stack) ??
    normalize(given.env["OPENFAAS_URL"], "OPENFAAS_URL") ??
    byDefault
  );
}

function normalize(address: string | undefined, from: string): string | undefined {
  if (address === undefined || address === "") return undefined;
  const full = (/^\w+:\/\//.test(address) ? address : `http://${address}`).replace(/\/+$/, "");
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "") return full;
  throw new KaliumError("E_CONFIG", `${from}: expected the address of a gateway, got ${JSON.stringify(address)}`, {
    hint: `Write it like ${byDefault}`,
  });
}
