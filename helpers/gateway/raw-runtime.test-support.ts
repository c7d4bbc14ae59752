import type { Runtime } from "../contracts/runtime.ts";

/** A runtime whose instances are there already, on this machine; `portOf` says where, by an instance's environment. */
export function rawRuntime(portOf: (env: Readonly<Record<string, string>>) => number): Runtime {
  return {
    name: "native",
    kind: "process",
    onCluster: { runtimeClass: undefined },
    insideProblem: () => undefined,
    open: () => {
      const identity = { runtime: "native", version: "", binary: "", sha256: "", network: "loopback" } as const;
      return Promise.resolve({
        available: true,
        identity,
        driver: {
          start: ({ id, env }) =>
            Promise.resolve({
              id,
              host: "127.0.0.1",
              port: portOf(env),
              exited: new Promise<never>(() => undefined),
              hostProof: () => Promise.resolve({ identity, argv: [], hostKernelAddresses: [] }),
              stop: () => Promise.resolve(),
              [Symbol.asyncDispose]: () => Promise.resolve(),
            }),
        },
      });
    },
  };
}
