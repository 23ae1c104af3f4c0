package netsim

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Script is a course of events that is written down, so that it can be played
// again and again. It is text, a line each:
//
//	# Comments and empty lines are skipped.
//	at 5s link-down fra1-leaf1 Ethernet1/49
//	at 9s link-up fra1-leaf1 Ethernet1/49
//	at 10s move-cable fra-prod-w04 eno1 fra1-leaf5 Ethernet1/40
//	at 12s kill-node fra-prod fra-prod-w01
//	at 30s revive-node fra-prod fra-prod-w01
//	at 40s silence fra1-leaf1
//	at 50s wake fra1-leaf1
//	at 55s pod-unready ams-prod shop web-6f3a9c1d2e-abcde
//	churn 50/s for 60s
//	at 1m churn 5/s for 10s in stage
//	at 70s split fra-prod shop web
//	at 75s heal fra-prod shop web
//	at 80s drain ams-prod ams-prod-w02
//	at 85s undrain ams-prod ams-prod-w02
//	at 90s route-via stage shop web stage-cp1
//	at 95s route-back stage shop web
//	at 100s take-addresses ams-prod 5
//	at 105s give-back ams-prod
//
// Times count from the start of the play; without "at" it is the start. A
// churn is so many happenings of the clusters' own each second: a pod that is
// replaced, that is not ready for a while, a workload that is scaled. The last
// eight are about how a cluster's addresses get out, see [World.Split],
// [World.Drain], [World.RouteVia] and [World.TakeAddresses].
type Script struct {
	name   string
	events []event // In the order of their times, and of their lines within one.
}

// event is a line of a script.
type event struct {
	at   time.Duration
	line int
	verb verb
	args []string
	// rate and lasts are those of a churn: happenings a second, and how long.
	rate  int
	lasts time.Duration
}

// What a script may ask for at most.
const (
	maxMoment = 24 * time.Hour
	maxRate   = 10_000
	maxEvents = 100_000
)

// LoadScript reads a script from a file.
func LoadScript(path string) (Script, error) {
	f, err := os.Open(path)
	if err != nil {
		return Script{}, fmt.Errorf("open scene: %w", err)
	}
	defer f.Close() //nolint:errcheck // It was only read.
	return ParseScript(path, f)
}

// ParseScript reads a script. Its errors say name and line of all that is
// wrong.
func ParseScript(name string, r io.Reader) (Script, error) {
	s := Script{name: name}
	var errs []error
	lines := bufio.NewScanner(r)
	line := 0
	for lines.Scan() {
		line++
		text, _, _ := strings.Cut(lines.Text(), "#")
		words := strings.Fields(text)
		if len(words) == 0 {
			continue
		}
		e, err := parseEvent(words)
		if err == nil && len(s.events) == maxEvents {
			return Script{}, fmt.Errorf("%s:%d: more than %d events", name, line, maxEvents)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %w", name, line, err))
			continue
		}
		e.line = line
		s.events = append(s.events, e)
	}
	if err := lines.Err(); err != nil {
		errs = append(errs, fmt.Errorf("%s:%d: %w", name, line+1, err))
	}
	if len(errs) > 0 {
		return Script{}, errors.Join(errs...)
	}
	slices.SortStableFunc(s.events, func(a, b event) int { return cmp.Compare(a.at, b.at) })
	return s, nil
}

func parseEvent(words []string) (event, error) {
	var e event
	if words[0] == "at" {
		if len(words) < 3 {
			return e, errors.New(`"at" needs a time and what happens then`)
		}
		var err error
		if e.at, err = parseMoment(words[1]); err != nil {
			return e, err
		}
		words = words[2:]
	}
	i := slices.IndexFunc(verbs(), func(v verb) bool { return v.name == words[0] })
	if i < 0 {
		return e, fmt.Errorf("%q is unknown, there are: %s", words[0], strings.Join(verbNames(), ", "))
	}
	e.verb, e.args = verbs()[i], words[1:]
	if e.verb.name == churnVerb {
		return e, e.parseChurn()
	}
	if want := strings.Fields(e.verb.takes); len(want) != len(e.args) {
		return e, fmt.Errorf("%s takes %s, not %d words", e.verb.name, e.verb.takes, len(e.args))
	}
	return e, nil
}

// parseChurn reads "50/s for 60s" and maybe "in CLUSTER".
func (e *event) parseChurn() error {
	w := e.args
	e.args = nil
	switch {
	case len(w) == 3 && w[1] == "for":
	case len(w) == 5 && w[1] == "for" && w[3] == "in":
		e.args = w[4:]
	default:
		return fmt.Errorf("%s takes %s", churnVerb, e.verb.takes)
	}
	number, ok := strings.CutSuffix(w[0], "/s")
	rate, err := strconv.Atoi(number)
	if !ok || err != nil || rate < 1 || rate > maxRate {
		return fmt.Errorf("rate %q is not between 1/s and %d/s", w[0], maxRate)
	}
	e.rate = rate
	e.lasts, err = parseMoment(w[2])
	return err
}

func parseMoment(word string) (time.Duration, error) {
	d, err := time.ParseDuration(word)
	if err != nil || d < 0 || d > maxMoment {
		return 0, fmt.Errorf("time %q is not between 0s and %s, as in 1m30s", word, maxMoment)
	}
	return d, nil
}

// Lasts is the time until the last of the events.
func (s Script) Lasts() time.Duration {
	end := time.Duration(0)
	for _, e := range s.events {
		end = max(end, e.at+e.lasts)
	}
	return end
}

// check says what of a script does not exist in the world.
func (s Script) check(w *World) error {
	var errs []error
	for _, e := range s.events {
		if err := e.verb.check(w, e.args); err != nil {
			errs = append(errs, s.at(e, err))
		}
	}
	return errors.Join(errs...)
}

// at adds to an error where in the script it arose.
func (s Script) at(e event, err error) error {
	return fmt.Errorf("%s:%d: %w", s.name, e.line, err)
}
