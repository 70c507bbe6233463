// Package command makes a command line of structs: fields are flags, arguments
// and commands, and their tags say the rest.
//
//	name         of the flag or command; else the field's: BaseURL, base-url
//	help         one sentence
//	cmd          the struct is a command, or a group of commands
//	arg          the field is an argument, in the order of the fields
//	required     the flag must be given
//	default env  the value when the flag is not given, the environment first
//	enum         the values there are, separated by commas
//	placeholder  what stands for the value in the help
//	type         existingfile: the value names a file that is there; - is
//	             standard input
//	sep          none: a list takes each value whole, commas too
//
// Flags of the root work before and after the command. A value comes from the
// flag, else from the environment, else from the configuration file, else from
// the default. Parsing and help are cobra's. It calls no method by its name,
// which would keep the linker from leaving out what nothing uses: the program
// is a tenth smaller for it.
package command

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Line is a command line. It is used once.
type Line struct {
	root   *cobra.Command
	flags  []*flag
	chosen any
}

// New makes a command line of a pointer to a struct. It panics on a field of a
// kind that it does not know.
func New(name, about string, root any) *Line {
	l := &Line{root: &cobra.Command{Use: name, Short: about, SilenceErrors: true, SilenceUsage: true}}
	l.root.CompletionOptions.HiddenDefaultCmd = true
	l.group(l.root)
	l.add(l.root, reflect.ValueOf(root).Elem(), true)
	return l
}

// Usage is an error of whoever typed the line: the words to show them.
type Usage struct{ Text string }

// Error implements error.
func (u *Usage) Error() string { return u.Text }

// Parse reads arguments, the environment and what a file says, and gives the
// command that was chosen: a pointer to its struct, the root's when there are
// no commands, nil when only help was asked for, which is written to out. file
// is asked for the file's values by the names of flags once flags are read; it
// may be nil. Errors are *Usage, or those of file.
func (l *Line) Parse(args []string, out io.Writer, file func() (map[string]string, error)) (any, error) {
	l.root.SetArgs(args)
	l.root.SetOut(out)
	l.root.SetErr(io.Discard)
	l.root.PersistentPreRunE = func(c *cobra.Command, _ []string) error { return l.settle(c, file) }
	c, err := l.root.ExecuteC()
	if err == nil || errors.As(err, new(*fileError)) {
		if err != nil {
			err = errors.Unwrap(err)
		}
		return l.chosen, err
	}
	text := err.Error()
	if l.root.HasSubCommands() {
		text += fmt.Sprintf(" (see %s --help)", c.CommandPath())
	}
	return nil, &Usage{text}
}

// fileError tells the errors of the file from those of the line.
type fileError struct{ error }

func (f *fileError) Unwrap() error { return f.error }

// group has a command without an act of its own say what there is.
func (l *Line) group(c *cobra.Command) {
	c.Args, c.SuggestionsMinimumDistance = cobra.ArbitraryArgs, 2
	c.RunE = func(c *cobra.Command, args []string) error {
		if !c.HasAvailableSubCommands() {
			return nil
		}
		var names []string
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() && sub.Name() != "help" {
				names = append(names, sub.Name())
			}
		}
		if len(args) > 0 {
			more := ""
			if near := c.SuggestionsFor(args[0]); len(near) > 0 {
				more = fmt.Sprintf("; did you mean %q?", near[0])
			}
			return fmt.Errorf("there is no command %q%s", args[0], more)
		}
		return fmt.Errorf("choose one of: %s", strings.Join(names, ", "))
	}
}

// add turns the fields of a struct into flags, arguments and commands, and says
// how many arguments there are.
func (l *Line) add(c *cobra.Command, v reflect.Value, persistent bool) int {
	set := c.Flags()
	if persistent {
		set = c.PersistentFlags()
	}
	var args []argument
	for i := range v.NumField() {
		f := v.Type().Field(i)
		_, isCommand := f.Tag.Lookup("cmd")
		_, isArgument := f.Tag.Lookup("arg")
		switch {
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			l.add(c, v.Field(i), persistent)
		case isCommand:
			l.command(c, f, v.Field(i))
		case isArgument:
			args = append(args, argument{name: nameOf(f), file: f.Tag.Get("type") == "existingfile", v: v.Field(i)})
		case f.IsExported():
			l.flag(set, f, v.Field(i))
		}
	}
	if len(args) > 0 {
		takeArguments(c, args)
	}
	return len(args)
}

func (l *Line) command(parent *cobra.Command, f reflect.StructField, v reflect.Value) {
	c := &cobra.Command{Use: nameOf(f), Short: f.Tag.Get("help"), Args: cobra.NoArgs}
	c.RunE = func(*cobra.Command, []string) error {
		l.chosen = v.Addr().Interface()
		return nil
	}
	parent.AddCommand(c)
	// A command with arguments of its own may have others below it.
	if args := l.add(c, v, false); c.HasSubCommands() && args == 0 {
		l.group(c)
	}
}

// flag is one flag and where else its value may come from.
type flag struct {
	*pflag.Flag
	env      string
	required bool
}

func (l *Line) flag(set *pflag.FlagSet, f reflect.StructField, v reflect.Value) {
	x := newValue(f, v)
	if d, ok := f.Tag.Lookup("default"); ok {
		if err := x.Set(d); err != nil {
			panic(fmt.Sprintf("default of %s: %v", f.Name, err))
		}
		x.given = false
	}
	help := f.Tag.Get("help")
	if env := f.Tag.Get("env"); env != "" {
		help += " ($" + env + ")"
	}
	p := set.VarPF(x, nameOf(f), "", help)
	if v.Kind() == reflect.Bool {
		p.NoOptDefVal = "true"
	}
	_, required := f.Tag.Lookup("required")
	l.flags = append(l.flags, &flag{Flag: p, env: f.Tag.Get("env"), required: required})
}

// nameOf is the name of a field's flag: DatabaseURL, database-url.
func nameOf(f reflect.StructField) string {
	if n := f.Tag.Get("name"); n != "" {
		return n
	}
	return Kebab(f.Name)
}

// Kebab writes a field's name as a flag's: DatabaseURL, database-url.
func Kebab(name string) string {
	var b strings.Builder
	for i, r := range name {
		upper := r >= 'A' && r <= 'Z'
		lowerBefore := i > 0 && name[i-1] >= 'a' && name[i-1] <= 'z'
		if upper && lowerBefore {
			b.WriteByte('-')
		}
		b.WriteString(strings.ToLower(string(r)))
	}
	return b.String()
}
