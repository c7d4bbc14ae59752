import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/** The folder of that path, or else the run of that name below `root`. Neither need exist. */
export const folderNamed = (named: string, root: string): string =>
  !existsSync(named) && existsSync(join(root, named)) ? join(root, named) : resolve(named);
