/** What the words of evidence mean, and what its confidence is made of. */

export type Method = { readonly words: string; readonly means: string };

const methods: Readonly<Record<string, Method>> = {
  "lldp-two-sided": {
    words: "both ends hear each other",
    means: "Each end of the cable hears the other by LLDP, on the very ports that they name.",
  },
  "lldp-one-sided": {
    words: "one end hears the other",
    means:
      "One end hears the other by LLDP. The other end says nothing: it is not asked, or does not listen.",
  },
  "lldp-mac": {
    words: "heard by MAC address",
    means: "The switch hears a host whose LLDP names a MAC address that this node's NIC has.",
  },
  "lldp-name": {
    words: "heard by name",
    means: "The switch hears a host whose LLDP system name is this node's.",
  },
  "lldp-address": {
    words: "heard by address",
    means: "The switch hears a host whose LLDP management address is this node's.",
  },
  object: { words: "an API object says so", means: "An object of the cluster's API names both." },
};

export function methodOf(name: string): Method {
  return methods[name] ?? { words: name, means: "" };
}

/** The steps of the ladder, the surest first; figures as the server gives them. */
export const ladder: readonly (readonly [figure: string, means: string])[] = [
  ["100 %", "an API object names both ends: nothing was concluded"],
  ["99 %", "both ends hear each other on the ports that they name"],
  ["95 %", "heard by a MAC address or chassis ID, which only one machine has"],
  ["90 %", "heard by name: two machines could bear the same one"],
  ["85 %", "heard by management address, which may be an old one"],
  ["80 %", "the two devices are sure; the far port was found by elimination"],
  ["60 %", "the two devices are sure; the far port is not known"],
];
