package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"

	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/mail"
	"sifara/internal/web/static"
)

// CheckState is the outcome of one check.
type CheckState string

// The outcomes: a warning lets the house run, a failure does not.
const (
	CheckOK      CheckState = "ok"
	CheckWarning CheckState = "warning"
	CheckFailed  CheckState = "failed"
)

// Check is one line of the doctor's report.
type Check struct {
	Name   string     `json:"name"`
	State  CheckState `json:"state"`
	Detail string     `json:"detail"`
}

// warning is a finding that lets the house run.
type warning struct{ error }

// Doctor looks at everything the house needs. It changes nothing but creates
// what Open creates: folders and, when there is none, a key file.
func Doctor(ctx context.Context, c Config) []Check {
	d := &doctor{}
	d.check("data folder", func() (string, error) { return c.Data, writable(c.Data) })
	d.check("free space", func() (string, error) { return freeSpace(c.Data) })
	d.check("key file", func() (string, error) { return c.keyFile(), checkKeyFile(c.keyFile()) })
	d.check("static files", func() (string, error) {
		if !static.Built() {
			return "", errors.New("styles and scripts are not in this binary: build it with make build")
		}
		return "in the binary", nil
	})
	d.check("time zones", func() (string, error) {
		_, err := time.LoadLocation("Asia/Baghdad")
		return "known", err
	})
	d.check("address", func() (string, error) {
		return address(c.BaseURL)
	})
	h, err := Open(ctx, c, c.Logger(), clock.System{})
	d.check("databases", func() (string, error) { return db.Redact(c.mainAddress()), err })
	if err != nil {
		return d.checks
	}
	defer h.Close()
	d.house(ctx, h)
	return d.checks
}

type doctor struct{ checks []Check }

func (d *doctor) check(name string, fn func() (string, error)) {
	detail, err := fn()
	ch := Check{Name: name, State: CheckOK, Detail: detail}
	if err != nil {
		ch.State = CheckFailed
		if _, ok := errors.AsType[warning](err); ok {
			ch.State = CheckWarning
		}
		ch.Detail = strings.TrimSpace(detail + " " + err.Error())
	}
	d.checks = append(d.checks, ch)
}

func (d *doctor) house(ctx context.Context, h *House) {
	d.check("schema", func() (string, error) {
		steps, err := h.PendingSteps(ctx)
		if err == nil && len(steps) > 0 {
			err = fmt.Errorf("%d steps are pending: run sifara migrate", len(steps))
		}
		return "", err
	})
	d.check("record", func() (string, error) {
		report, err := h.Audit.Verify(ctx)
		if err == nil && report.Fault != nil {
			err = fmt.Errorf("entry %d is %s: %s", report.Fault.Index, report.Fault.Kind, report.Fault.Detail)
		}
		return fmt.Sprintf("%d entries", report.Size), err
	})
	d.check("jobs", func() (string, error) {
		waiting, failed, err := h.Queue.Backlog(ctx)
		if err == nil && failed > 0 {
			err = warning{fmt.Errorf("%d jobs were given up", failed)}
		}
		return fmt.Sprintf("%d waiting", waiting), err
	})
	d.check("sealed values", func() (string, error) { return sealedCheck(ctx, h) })
	d.check("log name", func() (string, error) { return logName(ctx, h) })
	d.check("backup", func() (string, error) { return lastBackup(ctx, h) })
	d.check("emergency releases", func() (string, error) { return unjudged(ctx, h) })
	d.check("languages", func() (string, error) { return languages(h) })
	d.check("clock", func() (string, error) { return clockOf(ctx, h) })
	d.check("mail", func() (string, error) {
		s, ok := h.mail.(*mail.SMTP)
		if !ok {
			return "written to " + h.Config.path("mail"), warning{errors.New("(no mail server is set)")}
		}
		return h.Config.SMTPAddress, s.Check(ctx)
	})
}

func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// lowSpace is when the doctor warns.
const lowSpace = 1 << 30

func freeSpace(dir string) (string, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return "", err
	}
	free := int64(st.Bavail) * st.Bsize
	detail := fmt.Sprintf("%.1f GB", float64(free)/1e9)
	if free < lowSpace {
		return detail, warning{errors.New("is little")}
	}
	return detail, nil
}

func checkKeyFile(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return warning{errors.New("(will be made at the first start)")}
	}
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("others may read it: chmod 600 %s", path)
	}
	return nil
}
