import type { FunctionDeployment } from "../../gateway/deployment.ts";
import { refusal } from "../../gateway/refusal.ts";

/** Kubernetes' notation of amounts: `128Mi`, `100m`, `1e3`. */
const quantity = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/;

/** @throws {KaliumError} a 400 that names the unusable amount */
export function checkQuantities({ limits, requests }: FunctionDeployment): void {
  for (const [part, amounts] of Object.entries({ limits, requests })) {
    for (const [resource, amount] of Object.entries(amounts ?? {})) {
      if (typeof amount === "string" && amount !== "" && !quantity.test(amount)) {
        throw refusal(400, `${part}.${resource}: ${JSON.stringify(amount)} is not a quantity`);
      }
    }
  }
}
