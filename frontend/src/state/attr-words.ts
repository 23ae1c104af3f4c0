/** Attributes in words: sources say numbers where people say names. */
export function attrWords(
  key: string,
  value: string,
): { readonly name: string; readonly value: string } {
  return { name: names[key] ?? key.replaceAll("_", " "), value: inWords(key, value) };
}

const names: Readonly<Record<string, string>> = {
  admin: "set to",
  chassis_id: "chassis ID",
  cluster_ips: "cluster IPs",
  descr: "interface",
  host_network: "host network",
  if_index: "interface index",
  if_type: "interface type",
  mac: "MAC",
  macs: "MACs",
  oper: "link is",
  pod_cidrs: "pod networks",
  port: "switch port",
  port_why: "why unknown",
  provider_id: "provider ID",
  ready: "ready",
  service_type: "type",
  sys_object_id: "sysObjectID",
  unmanaged: "known from",
  workload_kind: "type",
};

/** IANAifType: those that switches and hosts have. */
const types: Readonly<Record<string, string>> = {
  1: "other",
  6: "Ethernet",
  24: "loopback",
  53: "virtual (internal)",
  131: "tunnel",
  135: "VLAN",
  136: "VLAN with addresses",
  161: "link aggregate",
  209: "bridge",
};

function inWords(key: string, value: string): string {
  if (key === "if_type") return types[value] === undefined ? `type ${value}` : `${types[value]}`;
  if (key === "speed") return speedText(Number(value)) ?? value;
  if (key === "unmanaged" && value === "true") return "its neighbours alone";
  if (value === "true") return "yes";
  return value;
}

/** "25 Gbit/s" of bits per second. */
export function speedText(bits: number): string | undefined {
  if (!Number.isFinite(bits) || bits <= 0) return undefined;
  for (const [unit, size] of [
    ["Tbit/s", 1e12],
    ["Gbit/s", 1e9],
    ["Mbit/s", 1e6],
    ["kbit/s", 1e3],
  ] as const) {
    if (bits >= size) return `${Number((bits / size).toPrecision(4))} ${unit}`;
  }
  return `${bits} bit/s`;
}
