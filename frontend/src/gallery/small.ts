import { EdgeKind, Health, Kind, VertexFlag } from "../state/words";
import { dice, Model, type ModelVertex } from "./model";

/** How large a made-up world is. */
export type Size = {
  readonly sites: readonly {
    readonly name: string;
    readonly leaves: number;
    readonly spines: number;
  }[];
  readonly clusters: readonly {
    readonly name: string;
    readonly site: number;
    readonly nodes: number;
  }[];
  readonly podsPerNode: number;
};

export const small: Size = {
  sites: [
    { name: "east", leaves: 6, spines: 2 },
    { name: "west", leaves: 6, spines: 2 },
  ],
  clusters: [
    { name: "prod-east", site: 0, nodes: 16 },
    { name: "stage-east", site: 0, nodes: 8 },
    { name: "prod-west", site: 1, nodes: 16 },
  ],
  podsPerNode: 10,
};

type Fabric = { readonly site: ModelVertex; readonly leaves: Leaf[] };
type Leaf = { readonly device: ModelVertex; readonly ports: ModelVertex[]; used: number };

const leafPorts = 24;

/** Builds a world of a size: fabrics, clusters, and the cables between them. */
export function buildWorld(size: Size, seed = 1): Model {
  const model = new Model();
  const random = dice(seed);
  const fabrics = size.sites.map((site) => fabric(model, site.name, site.leaves, site.spines));
  for (const { name, site, nodes } of size.clusters) {
    const at = fabrics[site];
    if (at !== undefined) cluster(model, name, at, nodes, size.podsPerNode, random);
  }
  return model;
}

function fabric(model: Model, name: string, leafCount: number, spineCount: number): Fabric {
  const site = model.vertex(Kind.site, name, 0, { slot: model.childrenOf(0, Kind.site).length });
  const border = device(model, site, `${name}-border1`, 8);
  const spines = Array.from({ length: spineCount }, (_, i) =>
    device(model, site, `${name}-spine${i + 1}`, leafCount + 4),
  );
  const leaves = Array.from({ length: leafCount }, (_, i) =>
    device(model, site, `${name}-leaf${i + 1}`, leafPorts + spineCount),
  );
  spines.forEach((spine, s) => {
    leaves.forEach((leaf, l) => {
      link(model, spine.ports[l], leaf.ports[leafPorts + s]);
    });
    link(model, border.ports[s], spine.ports[leafCount]);
  });
  const provider = model.vertex(Kind.device, "isp-pe7", site.id, {
    flags: VertexFlag.derived | VertexFlag.unmanaged,
    health: Health.unknown,
    scopes: border.device.scopes,
  });
  const far = model.vertex(Kind.port, "xe-0/0/1", provider.id, {
    flags: VertexFlag.derived,
    health: Health.unknown,
  });
  const out = link(model, border.ports[7], far);
  if (out !== undefined) {
    out.flags = 1;
    out.confidence = 80;
  }
  return { site, leaves };
}

function device(model: Model, site: ModelVertex, name: string, ports: number): Leaf {
  const scopes = ["system", "if", "lldp"].map((table) => model.scope(`snmp:${name}`, table).id);
  const slot = model.childrenOf(site.id, Kind.device).length;
  const made = model.vertex(Kind.device, name, site.id, {
    slot,
    owner: "network team",
    scopes: scopes.slice(0, 1),
  });
  const rows = Array.from({ length: ports }, (_, i) =>
    model.vertex(Kind.port, `swp${i + 1}`, made.id, { slot: i, scopes: scopes.slice(1, 2) }),
  );
  return { device: made, ports: rows, used: 0 };
}

function link(model: Model, a: ModelVertex | undefined, b: ModelVertex | undefined) {
  if (a === undefined || b === undefined) return undefined;
  return model.edge(EdgeKind.link, a.id, b.id, {
    scopes: [...a.scopes, ...b.scopes].map((id) => id + 1),
  });
}

const workloads = ["web", "api", "worker", "cache", "db"];

function cluster(
  model: Model,
  name: string,
  at: Fabric,
  nodes: number,
  pods: number,
  random: () => number,
): void {
  const slot = model.childrenOf(at.site.id, Kind.cluster).length;
  const scope = (kind: string): number[] => [model.scope(`kube:${name}`, kind).id];
  const [nodeScope, podScope, serviceScope] = [scope("nodes"), scope("pods"), scope("services")];
  const owner = name.startsWith("stage") ? "" : "platform team";
  const root = model.vertex(Kind.cluster, name, at.site.id, { slot, owner, scopes: nodeScope });
  const controllers = ["shop", "pay", "monitoring", "kube-system"].flatMap((namespaceName, n) => {
    const namespace = model.vertex(Kind.namespace, namespaceName, root.id, {
      slot: n,
      health: Health.unknown,
      scopes: podScope,
    });
    return workloads.slice(0, 2 + (n % 3)).map((word, w) => {
      const workload = model.vertex(Kind.workload, `${word}-${namespaceName}`, namespace.id, {
        slot: w,
        scopes: podScope,
      });
      const service = model.vertex(Kind.service, word, namespace.id, {
        slot: w,
        scopes: serviceScope,
      });
      return { workload, service };
    });
  });
  for (let n = 0; n < nodes; n++) {
    const node = model.vertex(Kind.node, `${name}-n${n + 1}`, root.id, {
      slot: n,
      note: "known",
      scopes: nodeScope,
    });
    const nic = model.vertex(Kind.nic, "ens1", node.id, {
      health: Health.unknown,
      scopes: nodeScope,
    });
    attach(model, at, nic, n, nodes);
    for (let p = 0; p < pods; p++) {
      const controller = controllers[Math.floor(random() * controllers.length)];
      if (controller === undefined) continue;
      const hash = Math.floor(random() * 36 ** 5)
        .toString(36)
        .padStart(5, "0");
      const pod = model.vertex(Kind.pod, `${controller.workload.name}-${hash}`, node.id, {
        slot: p,
        controller: controller.workload.id,
        note: "Running",
        scopes: podScope,
      });
      model.edge(EdgeKind.endpoint, controller.service.id, pod.id, { scopes: serviceScope });
    }
  }
}

/** Cables a NIC to the next free port of its leaf; every 13th node's port is unknown. */
function attach(
  model: Model,
  { leaves }: Fabric,
  nic: ModelVertex,
  n: number,
  nodes: number,
): void {
  const node = model.vertices.get(nic.parent);
  if (n % 13 === 12) {
    if (node !== undefined) node.note = "unknown";
    return;
  }
  const leaf = leaves[Math.floor((n / nodes) * leaves.length)];
  const port = leaf?.ports[leaf.used];
  if (leaf === undefined || port === undefined) return;
  leaf.used++;
  model.edge(EdgeKind.attach, nic.id, port.id, {
    scopes: port.scopes.map((id) => id + 1),
    confidence: 95,
    flags: 2,
  });
}
