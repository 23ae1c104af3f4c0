/** The ways to get one's own network on the map, as text to copy. */
export const clusterSnippet = `clusters:
  - name: prod
    kubeconfig: /etc/netseam/prod.kubeconfig
    context: prod`;

export const switchSnippet = `switches:
  - name: leaf1
    address: 192.0.2.11
    community_file: /etc/netseam/community`;

export const checkCommand = "netseam check -c netseam.yaml";
export const serveCommand = "netseam serve -c netseam.yaml";
