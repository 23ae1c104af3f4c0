package kube

import (
	"context"
	"encoding/json"
	"slices"
)

// offers asks which of the kinds the server has, and in which version:
// table -> version. A kind that it does not have is absent, and so is one that
// is read from another group.
func (c *client) offers(ctx context.Context, wanted []kind) (map[string]string, error) {
	groups, err := c.groups(ctx)
	if err != nil {
		return nil, err
	}
	served := map[string][]string{} // "group/version" -> resources
	out := map[string]string{}
	for i := range wanted {
		k := &wanted[i]
		for _, version := range k.versions {
			if !slices.Contains(groups[k.Group], version) {
				continue
			}
			gv := k.Group + "/" + version
			if _, asked := served[gv]; !asked {
				if served[gv], err = c.resources(ctx, gv); err != nil {
					return nil, err
				}
			}
			if slices.Contains(served[gv], k.Resource) {
				if k.unless == "" || c.prefers(ctx, k, version, out) {
					out[k.table()] = version
				}
				break
			}
		}
	}
	return out, nil
}

// prefers says whether a kind is read although another group may serve its
// objects: where that does not, or where it is this one that is permitted. The
// other is then taken off the list.
func (c *client) prefers(ctx context.Context, k *kind, version string, out map[string]string) bool {
	other := *k
	other.Group = k.unless
	other.Version = out[other.table()]
	if other.Version == "" {
		return true
	}
	this := *k
	this.Version = version
	if may, known := c.permits(ctx, &other); may || !known {
		return false
	}
	if may, _ := c.permits(ctx, &this); !may {
		return false
	}
	delete(out, other.table())
	return true
}

// permits asks whether a kind may be read, if the server tells.
func (c *client) permits(ctx context.Context, k *kind) (may, known bool) {
	for _, verb := range []string{"list", "watch"} {
		if answer, err := c.allowed(ctx, k, verb); err != nil || !answer.Allowed {
			return false, err == nil
		}
	}
	return true, true
}

// groups are the server's API groups and their versions.
func (c *client) groups(ctx context.Context) (map[string][]string, error) {
	data, err := c.raw(ctx, "/apis")
	if err != nil {
		return nil, err
	}
	var list struct {
		Groups []struct {
			Name     string `json:"name"`
			Versions []struct {
				Version string `json:"version"`
			} `json:"versions"`
		} `json:"groups"`
	}
	if json.Unmarshal(data, &list) != nil || list.Groups == nil {
		return nil, &callError{verb: "get", what: "/apis", err: errGarbage}
	}
	out := map[string][]string{}
	for _, g := range list.Groups {
		for _, v := range g.Versions {
			out[g.Name] = append(out[g.Name], v.Version)
		}
	}
	return out, nil
}

// resources are those that a version of a group has. One that has just gone
// has none.
func (c *client) resources(ctx context.Context, groupVersion string) ([]string, error) {
	data, err := c.raw(ctx, "/apis/"+groupVersion)
	if err != nil {
		if t := judge(err); t.state == stateAbsent {
			return nil, nil
		}
		return nil, err
	}
	var list struct {
		Resources []struct {
			Name string `json:"name"`
		} `json:"resources"`
	}
	if json.Unmarshal(data, &list) != nil {
		return nil, &callError{verb: "get", what: "/apis/" + groupVersion, err: errGarbage}
	}
	out := []string{}
	for _, r := range list.Resources {
		out = append(out, r.Name)
	}
	return out, nil
}
