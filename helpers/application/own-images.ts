/** Images of ours that a stack file may name: `hello-retail/product-purchase-4-publish`. A run builds them itself. */
import { functions } from "../../fixtures/hello-retail/deployed-functions.ts";
import { suggest } from "../config/suggest.ts";
import type { Deployment } from "../gateway/deployment.ts";

const own = /^hello-retail\/([^:]+):latest$/;

/** Name of our function whose image it is; `undefined`: an image of the user's. */
export const ownFunction = (image: string): string | undefined => own.exec(image)?.[1];

export function ownImageProblem({ service, image }: Pick<Deployment, "service" | "image">): string | undefined {
  const name = ownFunction(image);
  const names = functions.map((each) => each.name);
  if (name === undefined || names.includes(name)) return undefined;
  const meant = suggest(name, names);
  return `functions.${service}.image: this project has no image ${image}${meant === undefined ? "" : `; did you mean hello-retail/${meant}?`}`;
}
