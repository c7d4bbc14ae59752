import { setGlobalProxyFromEnv } from "node:http";

/**
 * What we send goes to this machine, to the run's bridge and to the cluster's own addresses: a proxy in between would be
 * measured, or fail. Clients of ours ask for none; Node's own proxy support (`NODE_USE_ENV_PROXY`, `--use-env-proxy`)
 * would still take the traffic of `fetch` and of the global agents. This switches it off, here and in every process that
 * is started from here. The proxy's variables stay: apt, Docker and git may need them.
 */
export function goDirect(env: NodeJS.ProcessEnv = process.env): void {
  const options = env["NODE_OPTIONS"] ?? "";
  const asked = [env["NODE_USE_ENV_PROXY"], ...process.execArgv, ...options.split(/\s+/)];
  if (!asked.some((word) => word === "1" || word === proxyOption)) return;
  delete env["NODE_USE_ENV_PROXY"];
  if (options !== "") env["NODE_OPTIONS"] = options.replaceAll(/(?<!\S)--use-env-proxy(?!\S)/g, "").trim();
  setGlobalProxyFromEnv({ http_proxy: nowhere, https_proxy: nowhere, no_proxy: "*" }); // made at this process' start
}

const proxyOption = "--use-env-proxy";

/** Without any proxy, Node would leave the settings as they are; this one is for no address. */
const nowhere = "http://127.0.0.1:9";
