import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { z } from "zod";

/**
 * A list of very many elements, a record's calls: what `z.array(element)` accepts and says, checked about ten times as
 * fast, and without a copy. The element's schema must not transform, and must have no refinements, which JSON Schema
 * does not know.
 */
export function longList<T>(element: z.ZodType<T>): z.ZodType<T[]> {
  let compiled: ValidateFunction | undefined;
  const isRight = (value: unknown): boolean => {
    compiled ??= new Ajv2020({ strict: false }).compile({ type: "array", items: z.toJSONSchema(element) });
    return compiled(value);
  };
  const slow = z.array(element);
  return z.custom<T[]>().superRefine((value, context) => {
    if (isRight(value)) return;
    for (const { path, message } of slow.safeParse(value).error?.issues ?? []) {
      context.addIssue({ code: "custom", path, message });
    }
  });
}
