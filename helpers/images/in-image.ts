/** Places in our images; `watchdog` is ours or OpenFaaS' own, which has that name in every OpenFaaS image. */
export const inImage = { node: "/opt/node", function: "/srv/fn", watchdog: "/usr/bin/fwatchdog" } as const;

/** Where functions listen: the watchdog's port. */
export const watchdogPort = 8080;
