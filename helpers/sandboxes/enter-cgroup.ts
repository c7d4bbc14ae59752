/** Enters the control group before anything else runs, so that all memory counts. The files end at `--`. */
const script = 'while [ "$1" != -- ]; do echo 0 > "$1" || exit 70; shift; done; shift; exec "$@"';

/** Exit code of these words where the group cannot be entered. */
export const notEntered = 70;

/** Words before a program that is to run in a control group. @param groups files of `InstanceCgroup.makeChild` */
export const enterCgroup = (groups: readonly string[]): readonly [string, ...string[]] => [
  "/bin/sh",
  "-c",
  script,
  "x",
  ...groups,
  "--",
];
