package kubeapi

import (
	"fmt"
	"os"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// Token is the bearer token that clients have to show.
func (s *Server) Token() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.token
}

// SetToken makes another token the valid one: clients with the former are
// unauthorised from now on, as with a token that has expired.
func (s *Server) SetToken(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = token
}

// RESTConfig is what a client in the same process needs.
func (s *Server) RESTConfig() *rest.Config {
	return &rest.Config{
		Host:            s.URL(),
		BearerToken:     s.Token(),
		TLSClientConfig: rest.TLSClientConfig{CAData: s.CAData()},
	}
}

// Kubeconfig is a kubeconfig with one context, named as the cluster is. The
// server must have been started, for only then it has an address.
func (s *Server) Kubeconfig() ([]byte, error) {
	url := s.URL()
	if url == "" {
		return nil, fmt.Errorf("kubeconfig of cluster %s: the server has no address before it is started", s.cfg.Name)
	}
	name := s.cfg.Name
	config := clientcmdapi.NewConfig()
	config.Clusters[name] = &clientcmdapi.Cluster{Server: url, CertificateAuthorityData: s.CAData()}
	config.AuthInfos[name] = &clientcmdapi.AuthInfo{Token: s.Token()}
	config.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name}
	config.CurrentContext = name
	data, err := clientcmd.Write(*config)
	if err != nil {
		return nil, fmt.Errorf("kubeconfig of cluster %s: %w", name, err)
	}
	return data, nil
}

// WriteKubeconfig writes the kubeconfig to a file that only its owner can read.
func (s *Server) WriteKubeconfig(path string) error {
	data, err := s.Kubeconfig()
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return fmt.Errorf("write kubeconfig: %w", err)
	}
	return nil
}
