package command

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// value is the field behind a flag. The first value that is given replaces the
// default; further ones are added to lists and maps.
type value struct {
	v     reflect.Value
	enum  []string
	whole bool // a list takes commas too
	file  bool // names a file that must be there
	shown string
	given bool
}

func newValue(f reflect.StructField, v reflect.Value) *value {
	x := &value{v: v, whole: f.Tag.Get("sep") == "none", file: f.Tag.Get("type") == "existingfile", shown: f.Tag.Get("placeholder")}
	if e := f.Tag.Get("enum"); e != "" {
		x.enum = strings.Split(e, ",")
	}
	switch {
	case x.shown != "":
	case len(x.enum) > 0:
		x.shown = strings.Join(x.enum, "|")
	case v.Kind() == reflect.Bool:
		x.shown = "bool" // which pflag leaves out
	case v.Type() == reflect.TypeFor[time.Duration]():
		x.shown = "TIME"
	case v.CanInt() || v.CanUint() || v.CanFloat():
		x.shown = "NUMBER"
	default:
		x.shown = "TEXT"
	}
	return x
}

// Type implements pflag.Value: it stands for the value in the help.
func (x *value) Type() string { return x.shown }

// String implements pflag.Value.
func (x *value) String() string {
	if x == nil || !x.v.IsValid() || x.v.IsZero() {
		return ""
	}
	switch list := x.v.Interface().(type) {
	case []string:
		return strings.Join(list, ",")
	case map[string]string:
		return ""
	}
	return fmt.Sprint(x.v.Interface())
}

// Set implements pflag.Value.
func (x *value) Set(s string) error {
	if len(x.enum) > 0 && !slices.Contains(x.enum, s) {
		return fmt.Errorf("want one of %s", strings.Join(x.enum, ", "))
	}
	if x.file {
		if err := exists(s); err != nil {
			return err
		}
	}
	first := !x.given
	x.given = true
	return x.put(s, first)
}

func exists(path string) error {
	if path == "-" {
		return nil
	}
	st, err := os.Stat(path)
	if err != nil {
		return err
	}
	if st.IsDir() {
		return fmt.Errorf("%s is a folder, not a file", path)
	}
	return nil
}

var errNumber = errors.New("want a number")

func (x *value) put(s string, first bool) error {
	switch p := x.v.Addr().Interface().(type) {
	case *string:
		*p = s
	case *bool:
		b, err := strconv.ParseBool(s)
		if err != nil {
			return errors.New("want true or false")
		}
		*p = b
	case *time.Duration:
		d, err := time.ParseDuration(s)
		if err != nil {
			return errors.New("want a time such as 90s or 2h")
		}
		*p = d
	case *[]string:
		if first {
			*p = nil
		}
		if x.whole {
			*p = append(*p, s)
		} else if s != "" {
			*p = append(*p, strings.Split(s, ",")...)
		}
	case *map[string]string:
		key, val, ok := strings.Cut(s, "=")
		if !ok {
			return errors.New("want NAME=VALUE")
		}
		if first || *p == nil {
			*p = map[string]string{}
		}
		(*p)[key] = val
	default:
		return x.number(s)
	}
	return nil
}

// number reads any kind of number.
func (x *value) number(s string) error {
	switch bits := x.v.Type().Bits(); {
	case x.v.CanInt():
		n, err := strconv.ParseInt(s, 10, bits)
		if err != nil {
			return errNumber
		}
		x.v.SetInt(n)
	case x.v.CanUint():
		n, err := strconv.ParseUint(s, 10, bits)
		if err != nil {
			return errNumber
		}
		x.v.SetUint(n)
	case x.v.CanFloat():
		n, err := strconv.ParseFloat(s, bits)
		if err != nil {
			return errNumber
		}
		x.v.SetFloat(n)
	default:
		panic(fmt.Sprintf("command: a flag of type %s", x.v.Type()))
	}
	return nil
}

// argument is one argument of a command: a text.
type argument struct {
	name string
	file bool
	v    reflect.Value
}

// takeArguments has a command want exactly these.
func takeArguments(c *cobra.Command, args []argument) {
	for _, a := range args {
		c.Use += " " + strings.ToUpper(a.name)
	}
	c.Args = func(_ *cobra.Command, given []string) error {
		if len(given) < len(args) {
			return fmt.Errorf("%s is missing", strings.ToUpper(args[len(given)].name))
		}
		if len(given) > len(args) {
			return fmt.Errorf("unexpected argument %q", given[len(args)])
		}
		for i, a := range args {
			if a.file {
				if err := exists(given[i]); err != nil {
					return err
				}
			}
			a.v.SetString(given[i])
		}
		return nil
	}
}
