package fetch

import (
	"context"
	"net"
	"net/http"
)

// PretendPublic makes connections to address (as dialled) go to target and look
// as if they led to a public address, for there is no public server in tests.
func PretendPublic(c *Client, address, target string) (restore func()) {
	t := c.client.Transport.(*roundTripper).trusted
	before := t.DialContext
	t.DialContext = func(ctx context.Context, network, a string) (net.Conn, error) {
		if a != address {
			return before(ctx, network, a)
		}
		conn, err := (&net.Dialer{}).DialContext(ctx, network, target)
		return publicConn{conn}, err
	}
	return func() { t.DialContext = before }
}

type publicConn struct{ net.Conn }

func (publicConn) RemoteAddr() net.Addr {
	return &net.TCPAddr{IP: net.IPv4(93, 184, 216, 34), Port: 80}
}

var _ http.RoundTripper = (*roundTripper)(nil)
