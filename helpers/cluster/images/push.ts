/** Images to a registry over its HTTP API (OCI distribution-spec, "Push"), without a container engine. */
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import axios, { type AxiosInstance } from "axios";
import { KaliumError, messageOf } from "../../base/errors.ts";
import type { BasicAuth } from "../../gateway/basic-auth.ts";
import type { NamedImage } from "../../images/oci/archive.ts";
import { openBlobStore, type BlobStore, type Descriptor } from "../../images/oci/blob-store.ts";

export interface Registry {
  /** `registry.example:5000`, with a path before the names where it wants one: `registry.example/project`. */
  readonly address: string;
  /** `http` for a registry without TLS. */
  readonly scheme: "http" | "https";
  readonly login?: BasicAuth | undefined;
}

const requestMs = 600_000;

/**
 * Pushes what the registry lacks; what images share is sent once, where the registry allows it.
 * @returns the references that a cluster pulls
 * @throws {KaliumError} E_CONFIG with the registry's answer
 */
export async function pushImages(
  directory: string,
  images: readonly NamedImage[],
  registry: Registry,
): Promise<readonly string[]> {
  const store = await openBlobStore(directory);
  const [host = "", ...path] = registry.address.split("/");
  const http = axios.create({
    baseURL: `${registry.scheme}://${host}`,
    ...(registry.login && { auth: { username: registry.login.user, password: registry.login.password } }),
    timeout: requestMs,
    validateStatus: null,
    maxRedirects: 0,
    maxBodyLength: Infinity,
    proxy: false,
  });
  const pushed: string[] = [];
  const places = new Map<string, string>(); // of blobs that are there, by digest
  for (const { image, references } of images) {
    for (const reference of references) {
      const [repository = "", tag = "latest"] = reference.split(":");
      const name = [...path, repository].join("/");
      for (const blob of image.blobs) await pushBlob(http, store, name, blob, places);
      const { mediaType, digest } = image.descriptor;
      const manifest = await readFile(store.pathOf(digest));
      const headers = { "Content-Type": mediaType };
      await expectStatus(`manifest of ${name}:${tag}`, [201], () =>
        http.put(`/v2/${name}/manifests/${tag}`, manifest, { headers }),
      );
      pushed.push(`${host}/${name}:${tag}`);
    }
  }
  return pushed;
}

async function pushBlob(
  http: AxiosInstance,
  store: BlobStore,
  name: string,
  blob: Descriptor,
  places: Map<string, string>,
): Promise<void> {
  const what = `blob ${blob.digest.slice(0, 19)} of ${name}`;
  const known = await expectStatus(what, [200, 404], () => http.head(`/v2/${name}/blobs/${blob.digest}`));
  const from = places.get(blob.digest);
  places.set(blob.digest, name);
  if (known.status === 200) return;
  const params = from === undefined ? {} : { mount: blob.digest, from };
  const begun = await expectStatus(what, [201, 202], () =>
    http.post(`/v2/${name}/blobs/uploads/`, undefined, { params }),
  );
  if (begun.status === 201) return; // mounted
  const location = new URL(String(begun.headers["location"]), http.defaults.baseURL);
  location.searchParams.set("digest", blob.digest);
  const headers = { "Content-Type": "application/octet-stream", "Content-Length": String(blob.size) };
  const content = createReadStream(store.pathOf(blob.digest));
  await expectStatus(what, [201], () => http.put(location.href, content, { headers }));
}

async function expectStatus<T extends { readonly status: number; readonly data: unknown }>(
  what: string,
  wanted: readonly number[],
  request: () => Promise<T>,
): Promise<T> {
  const hint = "Check --registry, --insecure (plain HTTP) and --login-file (user:password)";
  let answer: T;
  try {
    answer = await request();
  } catch (error) {
    throw new KaliumError("E_CONFIG", `${what}: the registry does not answer: ${messageOf(error)}`, {
      hint,
      cause: error,
    });
  }
  if (wanted.includes(answer.status)) return answer;
  const said = JSON.stringify(answer.data ?? "").slice(0, 500);
  throw new KaliumError("E_CONFIG", `${what}: the registry answers ${answer.status}: ${said}`, { hint });
}
