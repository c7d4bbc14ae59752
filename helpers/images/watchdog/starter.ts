import { printsOnly } from "./prefix-output.ts";

const source = (name: string): URL => new URL(`${name}.ts`, import.meta.url);

/** Our watchdog in an image. */
export const watchdogParts = {
  inside: { path: "/opt/watchdog/inside.cjs", entry: source("inside"), format: "cjs" },
  alone: { path: "/opt/watchdog/watchdog.mjs", entry: source("main"), format: "esm" },
} as const;

/**
 * The program that an image starts. A function that Node runs gets the watchdog into its own process; any other becomes
 * the child of a watchdog. What a deployment puts into NODE_OPTIONS is for the function alone.
 *
 * As the first process of a container the shell stays: the kernel drops a signal that the first process has no handler
 * for, and Node has one only after some hundred milliseconds. It ends with its child, and all that is left with it.
 * Elsewhere nothing may stand between the program and what ends it.
 */
export const starter = `#!/bin/sh
root=\${0%/usr/bin/fwatchdog}
command=\${function_process:-\${fprocess-}}
export FUNCTION_NODE_OPTIONS="\${NODE_OPTIONS-}"
unset ${printsOnly}
node=$(command -v node)
case "$command" in
"node "*)
  export NODE_OPTIONS="--require \\"$root${watchdogParts.inside.path}\\" \${NODE_OPTIONS-}"
  set -f
  IFS=' '
  set -- \${command#node }
  unset IFS
  set -- "$node" "$@"
  ;;
*)
  unset NODE_OPTIONS
  set -- "$node" "$root${watchdogParts.alone.path}"
  ;;
esac
[ "$$" = 1 ] || exec "$@"
trap 'case "$!" in "") exit 0 ;; esac; kill -TERM "$!" 2>/dev/null' TERM INT
"$@" &
while :; do
  wait "$!"
  code=$?
  kill -0 "$!" 2>/dev/null || break # else a signal has ended the wait alone
done
trap "" TERM INT
wait "$!" 2>/dev/null # a signal may have ended the last wait, too
last=$?
[ "$last" = 127 ] || code=$last
exit "$code"
`;
