package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/netseam/netseam/server/auth"
	"github.com/netseam/netseam/server/export"
)

var (
	errRefused   = errors.New("the server refuses")
	errPlainText = errors.New("a token would travel unencrypted")
	errNoToken   = errors.New("no token there")
	errOther     = errors.New("the answer is something else")
)

// exporting is what `netseam export` is told.
type exporting struct {
	what     export.Export
	server   string
	tokenEnv string
	file     string
}

func newExport() *cobra.Command {
	var x exporting
	var format, table string
	var yang bool
	cmd := &cobra.Command{
		Use:   "export --format json|dot|csv|ietf-network",
		Short: "Write the map of a running netseam for other programs",
		Long: `Asks a running netseam for the whole map and writes it.

json holds everything, with evidence. dot draws it for Graphviz. csv is one
table, edges or vertices (--what). ietf-network holds the physical, node, pod
and service layers as networks of RFC 8345; names and evidence in it are of the
YANG module that --yang prints.`,
		Example: `  netseam export > map.json
  netseam export --format dot | dot -Tsvg > map.svg
  netseam export --format csv --what vertices -o vertices.csv
  netseam export --url https://map.example.net --token-env NETSEAM_TOKEN
  netseam export --yang > netseam-topology.yang`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if yang {
				_, err = io.WriteString(cmd.OutOrStdout(), export.YANG())
				return err
			}
			if x.what, err = export.Parse(format, table); err != nil {
				return err
			}
			return x.run(cmd.Context(), cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&format, "format", "json", "json, dot, csv or ietf-network")
	cmd.Flags().StringVar(&table, "what", "", "for csv: edges (as if left out) or vertices")
	cmd.Flags().StringVar(&x.server, "url", "http://127.0.0.1:8080", "the running netseam")
	cmd.Flags().StringVar(&x.tokenEnv, "token-env", "", "the environment variable that holds an access token")
	cmd.Flags().StringVarP(&x.file, "output", "o", "", "the file to write, whole or not at all, instead of standard output")
	cmd.Flags().BoolVar(&yang, "yang", false, "print the YANG module netseam-topology, and export nothing")
	return cmd
}

func (x exporting) run(ctx context.Context, stdout io.Writer) error {
	request, err := x.request(ctx)
	if err != nil {
		return err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.ResponseHeaderTimeout = 30 * time.Second
	defer transport.CloseIdleConnections()
	// A redirect could lead the token elsewhere: none is followed.
	client := http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("ask netseam: %w; is it running there? --url says where else", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return refusal(resp)
	}
	if got := resp.Header.Get("Content-Type"); got != x.what.MediaType() {
		return fmt.Errorf("%w: got %q, want %q; is %s the address of a netseam that knows exports?", errOther, got, x.what.MediaType(), x.server)
	}
	if x.file == "" || x.file == "-" {
		_, err = io.Copy(stdout, resp.Body)
	} else {
		err = writeWhole(x.file, resp.Body)
	}
	if err != nil {
		return fmt.Errorf("read the export: %w", err)
	}
	return nil
}

func (x exporting) request(ctx context.Context) (*http.Request, error) {
	at, err := url.Parse(x.server)
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
		return nil, fmt.Errorf("--url %q: want http://host:port or https://host:port", x.server)
	}
	at = at.JoinPath("/api/v1/export")
	values := url.Values{"format": {string(x.what.Format)}}
	if x.what.Table != "" {
		values.Set("what", string(x.what.Table))
	}
	at.RawQuery = values.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil || x.tokenEnv == "" {
		return request, err
	}
	token := strings.TrimSpace(os.Getenv(x.tokenEnv))
	if token == "" {
		return nil, fmt.Errorf("--token-env %s: %w", x.tokenEnv, errNoToken)
	}
	if at.Scheme == "http" && !auth.IsLoopback(at.Hostname()) {
		return nil, fmt.Errorf("%w to %s; use https, or a tunnel to this machine", errPlainText, net.JoinHostPort(at.Hostname(), at.Port()))
	}
	request.Header.Set("Authorization", "Bearer "+token)
	return request, nil
}

// refusal says why the server answers with something else.
func refusal(resp *http.Response) error {
	var problem struct{ Title, Detail string }
	text, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return fmt.Errorf("%w: %s, and then %w", errRefused, resp.Status, err)
	}
	if json.Unmarshal(text, &problem) != nil || problem.Detail == "" {
		return fmt.Errorf("%w: %s", errRefused, resp.Status)
	}
	return fmt.Errorf("%w: %s: %s", errRefused, resp.Status, problem.Detail)
}

// writeWhole writes a file that is there only once it is whole.
func writeWhole(name string, from io.Reader) error {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
