import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { defaultNamespace } from "./deployment.ts";

/** The gateway's metrics under OpenFaaS' names; `function_name` is `NAME.NAMESPACE`. */
export interface GatewayMetrics {
  started(name: string): void;
  ended(name: string, status: number, seconds: number): void;
  /** Calls answered, by function name: the source of `invocationCount`. */
  invocationCount(name: string): number;
  /** Text of the Prometheus endpoint. */
  render(): Promise<string>;
  readonly contentType: string;
}

/** The current number of wanted replicas by function name is read when the metrics are. */
export function createMetrics(replicas: () => ReadonlyMap<string, number>): GatewayMetrics {
  const registry = new Registry();
  const registers = [registry];
  const invocations = new Counter({
    name: "gateway_function_invocation_total",
    help: "Function invocations that were answered",
    labelNames: ["function_name", "code"],
    registers,
  });
  const seconds = new Histogram({
    name: "gateway_functions_seconds",
    help: "Time a function invocation took in the gateway, s",
    labelNames: ["function_name", "code"],
    registers,
  });
  const starts = new Counter({
    name: "gateway_function_invocation_started",
    help: "Function invocations that were started",
    labelNames: ["function_name"],
    registers,
  });
  new Gauge({
    name: "gateway_service_count",
    help: "Wanted replicas of a function",
    labelNames: ["function_name"],
    registers,
    collect() {
      this.reset();
      for (const [name, count] of replicas()) this.labels(fullName(name)).set(count);
    },
  });

  // Looking labels up costs more than counting, so each function's children are kept.
  const starters = new Map<string, ReturnType<typeof starts.labels>>();
  const enders = new Map<string, Map<number, Ender>>();
  const endersOf = (name: string): Map<number, Ender> => {
    let found = enders.get(name);
    if (found === undefined) enders.set(name, (found = new Map<number, Ender>()));
    return found;
  };
  return {
    started(name) {
      let starter = starters.get(name);
      if (starter === undefined) starters.set(name, (starter = starts.labels(fullName(name))));
      starter.inc();
    },
    ended(name, status, took) {
      const byStatus = endersOf(name);
      let ender = byStatus.get(status);
      if (ender === undefined) {
        const labels = [fullName(name), String(status)] as const;
        byStatus.set(
          status,
          (ender = { count: 0, total: invocations.labels(...labels), seconds: seconds.labels(...labels) }),
        );
      }
      ender.count += 1;
      ender.total.inc();
      ender.seconds.observe(took);
    },
    invocationCount: (name) => [...endersOf(name).values()].reduce((sum, { count }) => sum + count, 0),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

interface Ender {
  count: number;
  readonly total: { inc(): void };
  readonly seconds: { observe(value: number): void };
}

const fullName = (name: string): string => `${name}.${defaultNamespace}`;
