package main

import (
	"cmp"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/netseam/netseam/collectors/snmp"
	"github.com/netseam/netseam/server/config"
)

// credentialsOf turns the sets that a switch names into the collector's.
func credentialsOf(cfg config.Config, s config.Switch) []snmp.Credentials {
	var out []snmp.Credentials
	for _, name := range s.Sets {
		for _, set := range cfg.SNMP.Sets {
			if set.Name == name {
				out = append(out, credentials(set))
			}
		}
	}
	return out
}

func credentials(set config.CredentialSet) snmp.Credentials {
	auth, err := snmp.ParseAuthProtocol(set.Auth.Protocol)
	if err != nil {
		auth = snmp.AuthProtocol(set.Auth.Protocol) // The collector says what is wrong with it.
	}
	priv, err := snmp.ParsePrivProtocol(set.Priv.Protocol)
	if err != nil {
		priv = snmp.PrivProtocol(set.Priv.Protocol)
	}
	return snmp.Credentials{
		Name: set.Name, Community: snmp.NewSecret(set.Community.Reveal()), User: set.User, Context: set.Context,
		Auth: auth, AuthPassword: snmp.NewSecret(set.Auth.Password.Reveal()),
		Priv: priv, PrivPassword: snmp.NewSecret(set.Priv.Password.Reveal()),
	}
}

// The variables that passwords come from, so that they stand on no command
// line.
const (
	communityEnv    = "NETSEAM_COMMUNITY"
	authPasswordEnv = "NETSEAM_AUTH_PASSWORD"
	privPasswordEnv = "NETSEAM_PRIV_PASSWORD"
)

// accessFlags are the flags that say how switches let one in.
type accessFlags struct {
	community, user, context   string
	authProtocol, authFile     string
	privProtocol, privFile     string
	authRequired, privRequired func() bool
}

func (a *accessFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&a.community, "community", "", "SNMPv2c community; better in "+communityEnv+` (default "public")`)
	f.StringVar(&a.user, "user", "", "SNMPv3 user; passwords come from files or from "+authPasswordEnv+" and "+privPasswordEnv)
	f.StringVar(&a.authProtocol, "auth-protocol", string(snmp.SHA256), "MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512")
	f.StringVar(&a.authFile, "auth-password-file", "", "file with the authentication password")
	f.StringVar(&a.privProtocol, "priv-protocol", string(snmp.AES128), "DES, AES-128, AES-192, AES-256, AES-192-C or AES-256-C")
	f.StringVar(&a.privFile, "priv-password-file", "", "file with the privacy password")
	f.StringVar(&a.context, "context", "", "SNMPv3 context")
	a.authRequired = func() bool { return f.Changed("auth-protocol") }
	a.privRequired = func() bool { return f.Changed("priv-protocol") }
}

// credentials are what the flags, files and variables say.
func (a *accessFlags) credentials() (snmp.Credentials, error) {
	if a.user == "" {
		if a.authRequired() || a.privRequired() || a.authFile != "" || a.privFile != "" || a.context != "" {
			return snmp.Credentials{}, fmt.Errorf("--auth-…, --priv-… and --context belong to SNMPv3; name its --user, too")
		}
		return snmp.Credentials{Community: snmp.NewSecret(cmp.Or(a.community, os.Getenv(communityEnv), "public"))}, nil
	}
	if a.community != "" {
		return snmp.Credentials{}, fmt.Errorf("--community and --user exclude each other")
	}
	c := snmp.Credentials{User: a.user, Context: a.context}
	auth, err := password("auth", a.authFile, authPasswordEnv, a.authRequired())
	if err != nil {
		return c, err
	}
	priv, err := password("priv", a.privFile, privPasswordEnv, a.privRequired())
	if err != nil {
		return c, err
	}
	if auth != "" {
		c.AuthPassword = snmp.NewSecret(auth)
		if c.Auth, err = snmp.ParseAuthProtocol(a.authProtocol); err != nil {
			return c, fmt.Errorf("--auth-protocol: %w", err)
		}
	}
	if priv != "" {
		c.PrivPassword = snmp.NewSecret(priv)
		if c.Priv, err = snmp.ParsePrivProtocol(a.privProtocol); err != nil {
			return c, fmt.Errorf("--priv-protocol: %w", err)
		}
	}
	if err := c.Validate(); err != nil {
		return c, fmt.Errorf("--user %s: %w", a.user, err)
	}
	return c, nil
}

// password reads a password from a file, else from a variable.
func password(what, file, env string, required bool) (string, error) {
	text := os.Getenv(env)
	if file != "" {
		read, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("--%s-password-file: %w", what, err)
		}
		if text = strings.TrimRight(string(read), "\r\n"); text == "" {
			return "", fmt.Errorf("--%s-password-file: %s is empty", what, file)
		}
	}
	if text == "" && required {
		return "", fmt.Errorf("--%s-protocol wants a password: set %s or --%s-password-file", what, env, what)
	}
	return text, nil
}
