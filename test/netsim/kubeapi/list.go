package kubeapi

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// writeBuffer is how much of a list or of a burst of events is written at once.
const writeBuffer = 64 << 10

func (s *Server) serveGet(w http.ResponseWriter, r *http.Request, c call) error {
	f, err := negotiateFor(c.table.resource, r.Header.Get("Accept"))
	if err != nil {
		return err
	}
	found := s.lookup(c.table, c.ns, c.name)
	if found == nil {
		return apierrors.NewNotFound(c.table.GroupResource(), c.name)
	}
	body, err := encoder{f, c.table.resource}.object(found.raw)
	if err != nil {
		return err
	}
	return f.writeBody(w, http.StatusOK, body)
}

// page is where a list in pages goes on: at a version, after an object.
type page struct {
	Version   uint64 `json:"rv"`
	Namespace string `json:"ns,omitempty"`
	Name      string `json:"name"`
	// Present goes on at the present version instead: what a client may do when
	// the version has become too old.
	Present bool `json:"present,omitempty"`
}

func (p page) token() (string, error) {
	data, err := json.Marshal(p)
	if err != nil {
		return "", fmt.Errorf("encode continue token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(data), nil
}

func parsePage(token string) (page, error) {
	var p page
	data, err := base64.RawURLEncoding.DecodeString(token)
	if err == nil {
		err = json.Unmarshal(data, &p)
	}
	if err == nil && p.Name == "" {
		err = errors.New("no object to go on after")
	}
	if err != nil {
		return p, apierrors.NewBadRequest(fmt.Sprintf("continue key is not valid: %v", err))
	}
	return p, nil
}

func (s *Server) serveList(w http.ResponseWriter, r *http.Request, c call) error {
	f, err := negotiateFor(c.table.resource, r.Header.Get("Accept"))
	if err != nil {
		return err
	}
	o, err := s.options(r, c)
	if err != nil {
		return err
	}
	from, snap, err := s.snapshotFor(c, o)
	if err != nil {
		return err
	}
	limit := max(0, int(o.Limit))
	if o.Continue == "" && o.ResourceVersion == "0" {
		// From its cache a real server answers whole, whatever the limit.
		limit = 0
	}
	found, left, err := choose(within(snap.entries, c.ns), from, o.filter, limit)
	if err != nil {
		return err
	}
	meta := metav1.ListMeta{ResourceVersion: formatVersion(snap.rv)}
	if left > 0 {
		s.mu.Lock()
		c.table.keep(snap, s.cfg.Now())
		s.mu.Unlock()
		last := found[len(found)-1]
		if meta.Continue, err = (page{Version: snap.rv, Namespace: last.ns, Name: last.name}).token(); err != nil {
			return err
		}
		if o.filter.everything() {
			remaining := int64(left)
			meta.RemainingItemCount = &remaining
		}
	}
	w.Header().Set("Content-Type", f.info.MediaType)
	out := bufio.NewWriterSize(w, writeBuffer)
	if err := (encoder{f, c.table.resource}).list(out, &meta, found); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write list: %w", err)
	}
	return nil
}

// snapshotFor finds the objects that a list is to be made from, and the place
// from which on.
func (s *Server) snapshotFor(c call, o options) (page, snapshot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := c.table
	if o.Continue != "" {
		return s.continued(c, o)
	}
	if o.version > s.version {
		return page{}, snapshot{}, tooNew(o.version, s.version)
	}
	exact := o.ResourceVersionMatch == metav1.ResourceVersionMatchExact ||
		o.ResourceVersionMatch == "" && o.version > 0 && o.Limit > 0
	if !exact {
		return page{}, t.current(s.version), nil
	}
	snap, ok := t.exactly(o.version, s.cfg.Now())
	if !ok || s.faults.take(Gone, c) != nil {
		return page{}, snapshot{}, tooOld(o.version, t.history.floor)
	}
	return page{}, snap, nil
}

func (s *Server) continued(c call, o options) (page, snapshot, error) {
	if o.version > 0 {
		return page{}, snapshot{}, apierrors.NewBadRequest("specifying resource version is not allowed when using continue")
	}
	p, err := parsePage(o.Continue)
	if err != nil {
		return page{}, snapshot{}, err
	}
	if p.Present {
		return p, c.table.current(s.version), nil
	}
	snap, ok := c.table.exactly(p.Version, s.cfg.Now())
	if ok && p.Version <= s.version && s.faults.take(Gone, c) == nil {
		return p, snap, nil
	}
	p.Present = true
	token, err := p.token()
	if err != nil {
		return page{}, snapshot{}, err
	}
	gone := apierrors.NewResourceExpired("The provided continue parameter is too old to display a consistent list result. " +
		"Start a new list without it, or go on inconsistently with the token in this answer.")
	gone.ErrStatus.Continue = token
	return page{}, snapshot{}, gone
}

// choose takes up to limit selected entries from after a place on; left says
// how many entries there may be after them. No limit is 0.
func choose(entries []*entry, from page, f filter, limit int) (found []*entry, left int, err error) {
	if from.Name != "" {
		i, exact := slices.BinarySearchFunc(entries, from.Name, func(e *entry, name string) int {
			return e.compare(from.Namespace, name)
		})
		if exact {
			i++
		}
		entries = entries[i:]
	}
	if f.everything() {
		if limit == 0 || limit >= len(entries) {
			return entries, 0, nil
		}
		return entries[:limit], len(entries) - limit, nil
	}
	for i, e := range entries {
		ok, err := f.matches(e)
		if err != nil {
			return nil, 0, err
		}
		if !ok {
			continue
		}
		if limit > 0 && len(found) == limit {
			return found, len(entries) - i, nil
		}
		found = append(found, e)
	}
	return found, 0, nil
}
