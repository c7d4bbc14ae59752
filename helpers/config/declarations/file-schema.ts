/** What a file of runtimes and systems holds: docs/runtimes.md. */
import { z } from "zod";
import { eachOf } from "../kinds.ts";
import type { GuardName } from "../../contracts/system.ts";
import type { Variant, Workload } from "../../contracts/application.ts";

/** Options that the harness sets itself, by kind; with what to do instead. */
const reserved: Readonly<Record<"runsc" | "oci", Readonly<Record<string, string>>>> = {
  runsc: {
    platform: "write `platform:`",
    network: "write `network:`",
    ...Object.fromEntries(
      ["root", "debug-log", "log", "ignore-cgroups", "rootless"].map((name) => [name, "kalium-bench sets it itself"]),
    ),
  },
  oci: Object.fromEntries(["root", "rootless", "cgroup-manager"].map((name) => [name, "kalium-bench sets it itself"])),
};

const flagsOf = (kind: "runsc" | "oci") =>
  z
    .array(
      z.string().superRefine((flag, context) => {
        const name = /^--([a-z0-9-]+)(=.*)?$/is.exec(flag)?.[1];
        const instead = name === undefined ? undefined : reserved[kind][name];
        if (name === undefined) context.addIssue("a flag like --directfs=false");
        else if (instead !== undefined) context.addIssue(`a flag other than --${name}: ${instead}`);
      }),
      "a list of flags, such as [--directfs=false]",
    )
    .readonly()
    .default([]);

const binary = z.string("the name or path of a program").regex(/^\S+$/, "the name or path of a program");

const runscSchema = z.strictObject({
  kind: z.literal("runsc"),
  binary: binary.optional(),
  platform: z.enum(["systrap", "ptrace", "kvm"], "systrap, ptrace or kvm").optional(),
  network: z.enum(["sandbox", "host"], "sandbox or host").optional(),
  flags: flagsOf("runsc"),
});

const ociSchema = z.strictObject({ kind: z.literal("oci"), binary, flags: flagsOf("oci") });

const classSchema = z.strictObject({
  kind: z.literal("class"),
  class: z
    .string("the name of a RuntimeClass")
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "the name of a RuntimeClass")
    .optional(),
  kernel: z.enum(["gvisor", "own", "node"], "gvisor, own or node").optional(),
});

export const declaredRuntimeSchema = z.discriminatedUnion(
  "kind",
  [runscSchema, ociSchema, classSchema],
  "runsc, oci or class",
);

export const declaredSystemSchema = z.strictObject({
  runtime: z.string("the name of a runtime"),
  variant: eachOf<Variant>({ vanilla: true, valve: true, trapeze: true, "trapeze-as-shipped": true }).default(
    "vanilla",
  ),
  guard: eachOf<Exclude<GuardName, "artifact">>({ none: true, embedded: true }).default("none"),
  workload: eachOf<Workload>({ artifact: true, lean: true }).optional(),
  title: z
    .string("text")
    .min(1, "text")
    .max(60, "at most 60 characters")
    .regex(/^\P{Cc}*$/u, "one line of text")
    .optional(),
});

/** Keys that each part of the file knows, for suggestions. */
export const knownKeys = {
  file: ["runtimes", "systems"],
  runsc: Object.keys(runscSchema.shape),
  oci: Object.keys(ociSchema.shape),
  class: Object.keys(classSchema.shape),
  system: Object.keys(declaredSystemSchema.shape),
} as const;
