import { homedir } from "node:os";
import { fileURLToPath } from "node:url";

const project = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

const home = new RegExp(`(?<![^\\s=:,"'])${homedir().replaceAll(/[^\w/]/g, "\\$&")}(?=/|$)`, "g");

/** A path or command line for a record that others may read: this checkout is `<project>`, the home folder `~`. */
export const withoutPlaces = (text: string): string => text.replaceAll(project, "<project>").replaceAll(home, "~");
