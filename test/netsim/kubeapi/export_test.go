package kubeapi

import "net/http"

// What the fuzz tests reach without a connection.
var (
	SplitRaw    = splitRaw
	WithVersion = withVersion
	StringAt    = stringAt
)

// Serve answers one request.
func (s *Server) Serve(w http.ResponseWriter, r *http.Request) {
	s.serve(w, r)
}
