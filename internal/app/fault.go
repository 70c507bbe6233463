package app

import (
	"errors"
	"io/fs"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"

	"sifara/internal/errs"
)

// folderError says what is wrong with the data folder.
func folderError(err error) error {
	return errs.Wrap(err, errs.Invalid, "app.folder", "cause", cause(err))
}

// setting says that a setting is not usable.
func setting(err error) error {
	return errs.Wrap(err, errs.Invalid, "app.setting", "cause", cause(err))
}

// databaseError tells a server that does not answer from an address or a file
// that is wrong.
func databaseError(address string, err error) error {
	kind := errs.Invalid
	if _, refused := errors.AsType[*pgconn.PgError](err); !refused {
		if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
			kind = errs.Unavailable
		}
	}
	return errs.Wrap(err, kind, "app.database", "address", address, "cause", lastLine(err.Error()))
}

// listenError tells an address that is taken or not ours from others.
func listenError(address string, err error) error {
	return errs.Wrap(err, errs.Invalid, "app.listen", "address", address, "cause", cause(err))
}

// cause is the innermost reason in words: "address already in use" without the
// calls around it.
func cause(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Path + ": " + e.Err.Error()
	}
	if e, ok := errors.AsType[*net.OpError](err); ok {
		if n, ok := errors.AsType[syscall.Errno](e); ok {
			return n.Error()
		}
		return e.Err.Error()
	}
	return oneLine(err.Error())
}

// lastLine is what the last try of several said.
func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
