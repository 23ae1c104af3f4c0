package fabric

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
)

// path is where Debian keeps the programs; a child gets no other environment than what it needs.
const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// output runs a program to its end and returns what it printed.
func output(ctx context.Context, stdin string, argv ...string) (string, error) {
	cmd := exec.CommandContext(ctx, find(argv[0]), argv[1:]...)
	cmd.Env = []string{"PATH=" + path}
	cmd.Stdin = strings.NewReader(stdin)
	cmd.SysProcAttr = childAttributes()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.String(), fmt.Errorf("%s: %w: %s", strings.Join(argv, " "), err, strings.TrimSpace(stderr.String()))
	}
	return stdout.String(), nil
}

// batch gives lines to one ip process, in the named namespace, or in the root namespace if it is "".
func batch(ctx context.Context, namespace string, lines ...string) error {
	argv := []string{"ip"}
	if namespace != "" {
		argv = append(argv, "-n", namespace)
	}
	input := strings.Join(lines, "\n") + "\n"
	if _, err := output(ctx, input, append(argv, "-batch", "-")...); err != nil {
		return fmt.Errorf("%w (lines given: %s)", err, strings.Join(lines, "; "))
	}
	return nil
}
