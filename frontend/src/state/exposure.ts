import type { RestEdge, RestVertex } from "../api/rest";
import { parseVertex } from "./words";

/** How an address is reached from outside, by what its cluster's objects say. */
export type Exposure = {
  readonly mechanism: string;
  /** What that mechanism does, in words. */
  readonly means: string;
  readonly ports: string;
  readonly serves: readonly string[];
  readonly announcers: readonly Announcer[];
  /** Why announcers are not known, or not all of them. */
  readonly unknown: string;
  readonly eligible: readonly string[];
  /** The rule that says which nodes may announce it. */
  readonly rule: string;
  readonly endpoints: readonly NodeEndpoints[];
  readonly ready: number;
  readonly all: number;
  /** Only nodes that have a ready endpoint take traffic. */
  readonly isLocal: boolean;
  readonly pool: string;
  readonly warnings: readonly string[];
};

export type Announcer = {
  readonly id: number;
  readonly name: string;
  readonly mechanism: string;
  readonly object: string;
  readonly trust: string;
  readonly peers: string;
  readonly sinceMs: number;
  /** What routers and switches say that they see of it, in words; empty where none that is read does. */
  readonly observed: readonly string[];
  /** It announces the address and should not, or cannot serve it. */
  readonly isOdd: boolean;
};

export type NodeEndpoints = {
  readonly node: string;
  readonly ready: number;
  readonly all: number;
};

const classes: Readonly<Record<string, string>> = {
  "LB-L2":
    "One node answers for the address on the local network; when it fails, another takes over.",
  "LB-BGP": "Nodes announce the address to routers by BGP, and these share the traffic among them.",
  "LB-cloud": "A load balancer outside the cluster has the address and forwards to nodes.",
  "LB-node": "It is the address of nodes themselves.",
  externalIPs: "Written into the Service: whoever routes the address to a node is let in.",
  "layer 7": "The address is that of an Ingress or Gateway.",
  unknown: "Nothing that netseam can read says who announces it.",
};

/** What the address's vertex and the edges that announce it say together. */
export function exposureOf(vip: RestVertex, announces: readonly RestEdge[]): Exposure {
  const values = (key: string) =>
    vip.attrs.filter((attr) => attr.key === key).map(({ value }) => value);
  const first = (key: string) => values(key)[0] ?? "";
  const endpoints = endpointsOf(first("endpoints"));
  const sum = (part: (one: NodeEndpoints) => number) =>
    endpoints.reduce((total, one) => total + part(one), 0);
  const isLocal = first("external_traffic_policy") === "Local";
  const readyOn = new Set(endpoints.flatMap(({ node, ready }) => (ready > 0 ? [node] : [])));
  const announcers = announces.map(announcerOf).sort((p, q) => byName.compare(p.name, q.name));
  return {
    mechanism: values("mechanism").join(", ") || "not known",
    means: classes[first("exposure")] ?? "",
    ports: values("ports").join(" "),
    serves: [...values("service").map((name) => `Service ${name}`), ...values("front")],
    announcers,
    unknown: values("announcers_why").join("; "),
    eligible: first("eligible_nodes").split(" ").filter(Boolean),
    rule: values("eligible_why").join("; "),
    endpoints,
    ready: sum(({ ready }) => ready),
    all: sum(({ all }) => all),
    isLocal,
    pool: values("pool").join(", "),
    warnings: [
      ...values("reason"),
      ...values("warning"),
      ...announcers
        .filter(({ name }) => isLocal && endpoints.length > 0 && !readyOn.has(name))
        .map(({ name }) => `${name} announces it, has no ready endpoint, and may not forward`),
    ],
  };
}

const byName = new Intl.Collator("en", { numeric: true });

function announcerOf({ a, attrs, evidence, health }: RestEdge): Announcer {
  const value = (key: string) => attrs.find((attr) => attr.key === key)?.value ?? "";
  const sinceMs = Date.parse(value("since"));
  return {
    id: parseVertex(a.id),
    name: a.name,
    mechanism: value("mechanism"),
    object: value("object"),
    trust: value("trust"),
    peers: value("peers"),
    sinceMs: Number.isNaN(sinceMs) ? 0 : sinceMs,
    observed: evidence.flatMap(({ method, text, fresh }) =>
      method !== "object" && fresh ? [text ?? method] : [],
    ),
    isOdd: health === "degraded" || health === "down",
  };
}

/** What an announcement rests on, in short. */
export function claimText({ object, trust, observed }: Announcer): string {
  const parts = [
    ...(object === "" && trust === "" ? [] : [`claimed, trust ${trust || "not said"}`]),
    ...(observed.length === 0 ? [] : ["observed"]),
  ];
  return parts.length === 0 ? "claimed" : parts.join("; ");
}

/** Reads "w03 1/1, w04 0/1", and "70/80 on 65 nodes". */
export function endpointsOf(text: string): readonly NodeEndpoints[] {
  const one = (node: string, ready: string, all: string) => ({
    ...{ node, ready: Number(ready), all: Number(all) },
  });
  const many = /^(\d+)\/(\d+) on (\d+) nodes$/.exec(text);
  if (many !== null) return [one(`${many[3]} nodes`, many[1] ?? "", many[2] ?? "")];
  return text.split(", ").flatMap((part) => {
    const found = /^(.+) (\d+)\/(\d+)$/.exec(part);
    return found === null ? [] : [one(found[1] ?? "", found[2] ?? "", found[3] ?? "")];
  });
}

/** How full a pool of addresses is. */
export type Fill = {
  readonly used: number;
  readonly size: number;
  /** 0 to 100. */
  readonly percent: number;
  readonly ranges: string;
  readonly reason: string;
};

export function fillOf(pool: RestVertex): Fill | undefined {
  const value = (key: string) => pool.attrs.find((attr) => attr.key === key)?.value ?? "";
  const [used, size] = [Number(value("used")), Number(value("size"))];
  if (!(size > 0) || !Number.isFinite(used)) return undefined;
  const percent = Math.min(100, Math.round((100 * used) / size));
  return { used, size, percent, ranges: value("ranges"), reason: value("reason") };
}
