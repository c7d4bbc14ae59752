import type { V1SecurityContext } from "@kubernetes/client-node";

/** Of a container with a program of ours that needs nothing of its node. */
export const unprivileged: V1SecurityContext = {
  runAsNonRoot: true,
  runAsUser: 65534,
  readOnlyRootFilesystem: true,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
};
