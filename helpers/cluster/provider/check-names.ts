import type { FunctionDeployment } from "../../gateway/deployment.ts";
import { refusal } from "../../gateway/refusal.ts";

/**
 * Kubernetes refuses most unusable names itself. `__proto__` never reaches it: its client writes names into a plain
 * object, where this one is lost.
 * @throws {KaliumError} a 400 that says where the name stands
 */
export function checkNames({ labels, annotations, constraints }: FunctionDeployment): void {
  const keys = (constraints ?? []).map((constraint) => constraint.split("=")[0]?.trim() ?? "");
  const given = { labels: Object.keys(labels ?? {}), annotations: Object.keys(annotations ?? {}), constraints: keys };
  for (const [part, names] of Object.entries(given)) {
    if (names.includes("__proto__")) throw refusal(400, `${part}: Kubernetes has no name "__proto__"`);
  }
}
