import { variants as allVariants } from "../../fixtures/variants/index.ts";
import type { VariantDefinition } from "../contracts/application.ts";
import { KaliumError } from "../base/errors.ts";

/** Absent names: all variants. @throws {KaliumError} E_CONFIG for an unknown one */
export function chosenVariants(names: readonly string[] | undefined): readonly VariantDefinition[] {
  return (
    names?.map((name) => {
      const found = allVariants.find((variant) => variant.name === name);
      if (found !== undefined) return found;
      const known = allVariants.map((variant) => variant.name).join(", ");
      throw new KaliumError("E_CONFIG", `no variant is called ${name}`, { hint: `Choose one of ${known}.` });
    }) ?? allVariants
  );
}
