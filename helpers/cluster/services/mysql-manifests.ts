import type { V1Deployment, V1PersistentVolumeClaim, V1Secret, V1Service } from "@kubernetes/client-node";
import type { NamedObject } from "../api/objects.ts";
import { serverFlags } from "../../services/mysql/flags.ts";
import { functionNamespace, labelsOf, partLabel } from "../names.ts";

export const mysqlName = "kalium-bench-mysql";
export const mysqlPort = 3306;

export interface MysqlPod {
  readonly runId: string;
  readonly image: string;
  readonly rootPassword: string;
  /** Storage of the data: a claim, of the default class unless one is named; or the pod's own, gone with it. */
  readonly storage:
    | { readonly kind: "claim"; readonly sizeGib: number; readonly storageClass?: string | undefined }
    | { readonly kind: "pod" };
}

/** In the order to apply them. The image takes the variables and the arguments of the official MySQL image. */
export function mysqlObjects(pod: MysqlPod): readonly NamedObject[] {
  const metadata = { name: mysqlName, namespace: functionNamespace, labels: labelsOf(pod.runId, "mysql") };
  const secret: V1Secret & NamedObject = {
    apiVersion: "v1",
    kind: "Secret",
    metadata,
    type: "Opaque",
    data: { user: base64("root"), password: base64(pod.rootPassword) },
  };
  const service: V1Service & NamedObject = {
    apiVersion: "v1",
    kind: "Service",
    metadata,
    spec: {
      selector: { [partLabel]: "mysql" },
      ports: [{ name: "mysql", port: mysqlPort, targetPort: mysqlPort, protocol: "TCP" }],
    },
  };
  return [secret, ...claimOf(pod, metadata), deploymentOf(pod, metadata), service];
}

type Metadata = NamedObject["metadata"];

function claimOf({ storage }: MysqlPod, metadata: Metadata): readonly (V1PersistentVolumeClaim & NamedObject)[] {
  if (storage.kind === "pod") return [];
  return [
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata,
      spec: {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: `${storage.sizeGib}Gi` } },
        ...(storage.storageClass !== undefined && { storageClassName: storage.storageClass }),
      },
    },
  ];
}

function deploymentOf({ image, storage, runId }: MysqlPod, metadata: Metadata): V1Deployment & NamedObject {
  const variable = (name: string) => ({ name, valueFrom: { secretKeyRef: { name: mysqlName, key: "password" } } });
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: {
      replicas: 1,
      strategy: { type: "Recreate" }, // two servers must not share the data
      selector: { matchLabels: { [partLabel]: "mysql" } },
      template: {
        metadata: { labels: labelsOf(runId, "mysql") },
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 10,
          containers: [
            {
              name: "mysql",
              image,
              imagePullPolicy: "IfNotPresent",
              args: [...serverFlags],
              env: [variable("MYSQL_ROOT_PASSWORD"), { name: "MYSQL_ROOT_HOST", value: "%" }],
              ports: [{ name: "mysql", containerPort: mysqlPort, protocol: "TCP" }],
              readinessProbe: { tcpSocket: { port: mysqlPort }, periodSeconds: 1, timeoutSeconds: 2 },
              resources: { requests: { cpu: "100m", memory: "256Mi" } },
              volumeMounts: [{ name: "data", mountPath: "/var/lib/mysql" }],
            },
          ],
          volumes: [
            {
              name: "data",
              ...(storage.kind === "claim" ? { persistentVolumeClaim: { claimName: mysqlName } } : { emptyDir: {} }),
            },
          ],
        },
      },
    },
  };
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");
