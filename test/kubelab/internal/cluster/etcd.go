package cluster

import (
	"context"
	"fmt"
	"net/url"

	"go.etcd.io/etcd/server/v3/embed"
)

// startEtcd starts the database and says at which URL it answers. It does not fsync: a test cluster need not
// outlive its machine.
func startEtcd(ctx context.Context, c Config) (*embed.Etcd, string, error) {
	anyPort := url.URL{Scheme: "http", Host: "127.0.0.1:0"}
	config := embed.NewConfig()
	config.Name = "default"
	config.Dir = c.path("etcd")
	config.LogLevel = "warn"
	config.UnsafeNoFsync = true
	config.AutoCompactionMode = "periodic"
	config.AutoCompactionRetention = "5m"
	config.QuotaBackendBytes = 4 << 30
	config.ListenClientUrls, config.AdvertiseClientUrls = []url.URL{anyPort}, []url.URL{anyPort}
	config.ListenPeerUrls, config.AdvertisePeerUrls = []url.URL{anyPort}, []url.URL{anyPort}
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	etcd, err := embed.StartEtcd(config)
	if err != nil {
		return nil, "", fmt.Errorf("etcd: %w", err)
	}
	select {
	case <-etcd.Server.ReadyNotify():
		return etcd, "http://" + etcd.Clients[0].Addr().String(), nil
	case err = <-etcd.Err():
	case <-ctx.Done():
		err = ctx.Err()
	}
	etcd.Close()
	return nil, "", fmt.Errorf("etcd: %w", err)
}
