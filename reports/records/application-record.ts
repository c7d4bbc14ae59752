/** What records say of an application of the user's: `KALIUM_APP`. */
import { z } from "zod";

const text = z.string().min(1);
const sha256 = z.string().regex(/^[\da-f]{64}$/);

export const applicationRecordSchema = z.strictObject({
  name: text,
  /** Of its files: the application file, the stack file and what they name, without a dump. */
  sha256,
  /** Of the stack file. An image of Hello, Retail! begins with `hello-retail/`. */
  functions: z.array(z.strictObject({ name: text, image: text })),
  /** In the order of the file, which is the order of the figure. */
  calls: z.array(
    z.strictObject({
      label: text,
      function: text,
      callees: z.array(text).optional(),
      method: text,
      /** Without its query, which may hold a secret. */
      path: z.string(),
      /** Their names: values may be secrets. */
      headers: z.array(text),
      /** Absent: none. Of a template, the digest is the template's. */
      body: z.strictObject({ kind: z.enum(["text", "json", "file", "template"]), sha256 }).optional(),
      /** Digest of what a right answer is. */
      expect: sha256,
    }),
  ),
});

export type ApplicationRecord = z.infer<typeof applicationRecordSchema>;
