package web

import (
	"context"
	"net/netip"
)

// ClientAddr is the address a request comes from, seen past trusted proxies.
// It is for refusing and for what its owner is shown of their own sign-ins;
// nothing that counts readers may keep it. The zero address outside a request.
func ClientAddr(ctx context.Context) netip.Addr {
	q, _ := ctx.Value(requestKey{}).(request)
	return q.addr
}
