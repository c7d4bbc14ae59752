/** Where an image of somebody else's is, in the words of containers/image (containers-transports(5)), which skopeo reads. */
import { isAbsolute, resolve } from "node:path";
import { KaliumError } from "../base/errors.ts";

export type ImageReference =
  /** A folder or a tar in OCI's layout. `name`: which of its images; absent: the only one. */
  | {
      readonly kind: "layout";
      readonly transport: "oci" | "oci-archive";
      readonly path: string;
      readonly name?: string;
    }
  /** What `docker save` writes. */
  | { readonly kind: "archive"; readonly transport: "docker-archive"; readonly path: string; readonly name?: string }
  /** An image that an engine of this machine has. */
  | { readonly kind: "engine"; readonly transport: "docker-daemon" | "containers-storage"; readonly name: string }
  /** `name` with its registry, as `docker://` takes it. */
  | { readonly kind: "registry"; readonly transport: "docker"; readonly registry: string; readonly name: string };

const transports = ["oci", "oci-archive", "docker-archive", "docker-daemon", "containers-storage", "docker"] as const;

/** Of a reference that names its transport; `undefined` for a plain name. @throws {KaliumError} E_DEPLOY that names it */
export function parseReference(text: string): ImageReference | undefined {
  const transport = transports.find((name) => text.startsWith(`${name}:`));
  if (transport === undefined) return undefined;
  const rest = text.slice(transport.length + 1);
  switch (transport) {
    case "docker":
      if (!rest.startsWith("//")) throw unusable(text, "Write docker://REGISTRY/NAME:TAG.");
      return inRegistry(rest.slice(2));
    case "docker-daemon":
    case "containers-storage":
      if (rest === "" || (transport === "docker-daemon" && !/[:@]/.test(rest))) {
        throw unusable(text, `Write ${transport}:NAME:TAG.`);
      }
      return { kind: "engine", transport, name: rest };
    default: {
      // A path has no colon: the first one ends it, as for skopeo.
      const [path = "", name] = rest.split(/:(.*)/s);
      if (!isAbsolute(path)) {
        throw unusable(
          text,
          `Write an absolute path, ${transport}:/FOLDER/IMAGE: the gateway has a working directory of its own.`,
        );
      }
      const named = name === undefined || name === "" ? {} : { name };
      return transport === "docker-archive"
        ? { kind: "archive", transport, path, ...named }
        : { kind: "layout", transport, path, ...named };
    }
  }
}

/** A relative path of a reference, as seen from a folder; anything else stays as it is. */
export function seenFrom(folder: string, text: string): string {
  const [, transport, path = "", name = ""] = /^(oci|oci-archive|docker-archive):([^:]+)(.*)$/s.exec(text) ?? [];
  return transport === undefined || isAbsolute(path) ? text : `${transport}:${resolve(folder, path)}${name}`;
}

/** A plain name, completed as Docker does it. @throws {KaliumError} E_DEPLOY */
export function inRegistry(text: string): ImageReference {
  if (!/^[\w][\w.:/@-]*$/.test(text)) throw unusable(text, "Write REGISTRY/NAME:TAG or REGISTRY/NAME@sha256:DIGEST.");
  const [first = "", ...rest] = text.split("/");
  const named = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const registry = named ? first : "docker.io";
  const name = named ? text : `docker.io/${rest.length === 0 ? "library/" : ""}${text}`;
  return { kind: "registry", transport: "docker", registry, name };
}

const unusable = (text: string, hint: string): KaliumError =>
  new KaliumError("E_DEPLOY", `${JSON.stringify(text)} is not an image reference`, { hint, details: { status: 400 } });

/** As skopeo takes it. */
export function sourceOf(reference: ImageReference): string {
  switch (reference.kind) {
    case "registry":
      return `docker://${reference.name}`;
    case "engine":
      return `${reference.transport}:${reference.name}`;
    default:
      return `${reference.transport}:${reference.path}${reference.name === undefined ? "" : `:${reference.name}`}`;
  }
}
