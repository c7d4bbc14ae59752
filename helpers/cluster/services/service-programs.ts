/** Services of a run that may run in a pod: each is a program of the image `kalium-bench/services`. */
export const serviceEntries = {
  "image-server": new URL("../../services/image-server/main.ts", import.meta.url),
  "mail-sink": new URL("../../services/smtp-sink/main.ts", import.meta.url),
  "http-stub": new URL("../../services/http-stub/main.ts", import.meta.url),
  "guard-proxy": new URL("../../kalium/proxy/main.ts", import.meta.url),
  controller: new URL("../../kalium/controller/main.ts", import.meta.url),
} as const;

export type ServiceProgram = keyof typeof serviceEntries;

/** In the image. */
export const servicePath = (program: ServiceProgram): string => `/opt/${program}.mjs`;

/** The program of the image that corresponds to the entry of a service here. */
export function serviceProgram(entry: URL): ServiceProgram {
  const found = Object.entries(serviceEntries).find(([, { href }]) => href === entry.href);
  if (found === undefined) throw new TypeError(`${entry.href} is not a program of the image`);
  return found[0] as ServiceProgram;
}
