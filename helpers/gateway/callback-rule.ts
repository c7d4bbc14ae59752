/** Where answers of asynchronous calls may be posted. Calls need no password, so a URL of the caller's choice may not lead anywhere. */
import { asyncPrefix, functionPrefix } from "./function-path.ts";

/** What OpenFaaS' documentation calls the gateway inside a cluster. Answers go to this gateway, without asking DNS. */
const gatewayNames = ["gateway", "gateway.openfaas", "gateway.openfaas.svc", "gateway.openfaas.svc.cluster.local"];

/**
 * Allows functions of this gateway, and hosts that the setting names.
 * @param gatewayUrl this gateway's own
 * @param hosts `host` (all its ports) or `host:port`
 * @returns where to post to, or why not
 */
export function callbackTarget(
  text: string,
  gatewayUrl: string,
  hosts: readonly string[],
): { readonly url: URL } | { readonly refusal: string } {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return { refusal: `X-Callback-Url: ${text} is not an http or https URL` };
  }
  const { hostname, pathname, search } = url;
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const named = url.protocol === "http:" && port === "8080" && gatewayNames.includes(hostname);
  if ((named || url.origin === new URL(gatewayUrl).origin) && leadsToFunction(pathname)) {
    return { url: new URL(`${pathname}${search}`, gatewayUrl) };
  }
  if (hosts.includes(hostname) || hosts.includes(`${hostname}:${port}`)) return { url };
  return {
    refusal:
      `X-Callback-Url: ${hostname}:${port} is not allowed: answers go to functions of this gateway, ` +
      "and to hosts that KALIUM_CALLBACK_HOSTS names when the gateway starts",
  };
}

const leadsToFunction = (path: string): boolean => path.startsWith(functionPrefix) || path.startsWith(asyncPrefix);
