package command

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// settle fills what no flag said from the environment and the file, and finds
// what is missing.
func (l *Line) settle(c *cobra.Command, file func() (map[string]string, error)) error {
	var said map[string]string
	if file != nil {
		var err error
		if said, err = file(); err != nil {
			return &fileError{err}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(said)) {
		if l.root.PersistentFlags().Lookup(name) == nil {
			return fmt.Errorf("configuration file: there is no setting %q", name)
		}
	}
	var missing []string
	for _, f := range l.flags {
		if f.Changed {
			continue
		}
		from, ok, where := "", false, ""
		if f.env != "" {
			from, ok = os.LookupEnv(f.env)
			where = "$" + f.env
		}
		if v, in := said[f.Name]; !ok && in && l.root.PersistentFlags().Lookup(f.Name) == f.Flag {
			from, ok, where = v, true, "configuration file: "+f.Name
		}
		switch {
		case ok:
			if err := f.Value.Set(from); err != nil {
				return fmt.Errorf("%s: %w", where, err)
			}
		case f.required && owns(c, f.Flag):
			missing = append(missing, "--"+f.Name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("missing: %s", strings.Join(missing, ", "))
	}
	return nil
}

// owns reports whether a flag is the command's.
func owns(c *cobra.Command, f *pflag.Flag) bool { return c.Flags().Lookup(f.Name) == f }
