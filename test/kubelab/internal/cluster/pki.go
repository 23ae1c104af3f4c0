package cluster

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

const (
	readerUser  = "netseam-reader"
	readerGroup = "netseam"
)

// keys are the files that the components read and the users' credentials, all made anew for each new cluster.
type keys struct {
	dir string
}

func (k keys) file(name string) string { return filepath.Join(k.dir, name) }

// makeKeys makes all keys of a cluster below its directory, or leaves those of an earlier run as they are.
func makeKeys(c Config) (keys, error) {
	k := keys{dir: c.path("pki")}
	if _, err := os.Stat(k.file("complete")); err == nil {
		return k, nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return k, fmt.Errorf("keys: %w", err)
	}
	if err := os.MkdirAll(k.dir, 0o700); err != nil {
		return k, fmt.Errorf("keys: %w", err)
	}
	if err := k.make(c); err != nil {
		return k, fmt.Errorf("keys: %w", err)
	}
	return k, os.WriteFile(k.file("complete"), nil, 0o600)
}

func (k keys) make(c Config) error {
	ca, err := newAuthority(c.Name + "-ca")
	if err != nil {
		return err
	}
	if err := k.write("ca", ca.cert.Raw, ca.key); err != nil {
		return err
	}
	certs := []struct{ file, name, group string }{
		{file: "apiserver", name: "kube-apiserver", group: "netseam-kubelab"},
		{file: "admin", name: "admin", group: "system:masters"},
		{file: "kcm", name: "system:kube-controller-manager"},
		{file: "scheduler", name: "system:kube-scheduler"},
	}
	for _, cert := range certs {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return err
		}
		template := &x509.Certificate{
			Subject:     pkix.Name{CommonName: cert.name},
			KeyUsage:    x509.KeyUsageDigitalSignature,
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		}
		if cert.group != "" {
			template.Subject.Organization = []string{cert.group}
		}
		if cert.file == "apiserver" {
			template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
			template.DNSNames = []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"}
			first := c.ServiceCIDR.Masked().Addr().Next()
			template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), c.AdvertiseAddress.AsSlice(), first.AsSlice()}
		}
		raw, err := ca.sign(template, key)
		if err != nil {
			return fmt.Errorf("certificate %s: %w", cert.file, err)
		}
		if err := k.write(cert.file, raw, key); err != nil {
			return err
		}
	}
	if err := k.writeServiceAccountKey(); err != nil {
		return err
	}
	line := fmt.Sprintf("%s,%s,%s,%s\n", rand.Text(), readerUser, readerUser, readerGroup)
	return os.WriteFile(k.file("tokens.csv"), []byte(line), 0o600)
}

func (k keys) write(name string, cert []byte, key *ecdsa.PrivateKey) error {
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return fmt.Errorf("key %s: %w", name, err)
	}
	if err := writePEM(k.file(name+".key"), "EC PRIVATE KEY", der); err != nil {
		return err
	}
	return writePEM(k.file(name+".crt"), "CERTIFICATE", cert)
}

func (k keys) writeServiceAccountKey() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	private, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return err
	}
	if err := writePEM(k.file("sa.key"), "EC PRIVATE KEY", private); err != nil {
		return err
	}
	return writePEM(k.file("sa.pub"), "PUBLIC KEY", public)
}

func writePEM(file, kind string, der []byte) error {
	return os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}

type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(name string) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: name},
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	raw, err := (&authority{cert: template, key: key}).sign(template, key)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	return &authority{cert: cert, key: key}, nil
}

func (a *authority) sign(template *x509.Certificate, key *ecdsa.PrivateKey) ([]byte, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial
	template.NotBefore = time.Now().Add(-time.Hour)
	template.NotAfter = time.Now().AddDate(1, 0, 0)
	return x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
}
