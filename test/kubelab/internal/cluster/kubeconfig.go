package cluster

import (
	"bytes"
	"fmt"
	"os"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// writeKubeconfigs writes one file for each user; each holds its keys, so that it can be moved.
func writeKubeconfigs(c Config, k keys, port int) error {
	ca, err := os.ReadFile(k.file("ca.crt"))
	if err != nil {
		return fmt.Errorf("kubeconfig: %w", err)
	}
	for _, name := range []string{"admin", "kcm", "scheduler", "reader"} {
		user, err := credentials(k, name)
		if err != nil {
			return fmt.Errorf("kubeconfig of %s: %w", name, err)
		}
		config := clientcmdapi.NewConfig()
		config.Clusters[c.Name] = &clientcmdapi.Cluster{
			Server:                   fmt.Sprintf("https://127.0.0.1:%d", port),
			CertificateAuthorityData: ca,
		}
		config.AuthInfos[name] = user
		config.Contexts[c.Name] = &clientcmdapi.Context{Cluster: c.Name, AuthInfo: name}
		config.CurrentContext = c.Name
		if err := clientcmd.WriteToFile(*config, c.path(name+".kubeconfig")); err != nil {
			return fmt.Errorf("kubeconfig of %s: %w", name, err)
		}
	}
	return nil
}

func credentials(k keys, name string) (*clientcmdapi.AuthInfo, error) {
	user := clientcmdapi.NewAuthInfo()
	if name == "reader" {
		line, err := os.ReadFile(k.file("tokens.csv"))
		if err != nil {
			return nil, err
		}
		token, _, _ := bytes.Cut(line, []byte(","))
		user.Token = string(token)
		return user, nil
	}
	var err error
	if user.ClientCertificateData, err = os.ReadFile(k.file(name + ".crt")); err != nil {
		return nil, err
	}
	if user.ClientKeyData, err = os.ReadFile(k.file(name + ".key")); err != nil {
		return nil, err
	}
	return user, nil
}
