package app

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/alecthomas/kong"
)

// ReadConfigFile reads a TOML file whose keys are the long names of flags:
//
//	base-url = "https://mofa.example"
//	trusted-proxies = ["10.0.0.0/8"]
//
// A key that is no flag is an error, so that a misspelt setting is noticed.
func ReadConfigFile(r io.Reader) (kong.Resolver, error) {
	var values map[string]any
	if _, err := toml.NewDecoder(r).Decode(&values); err != nil {
		return nil, fmt.Errorf("configuration file: %w", err)
	}
	return &fileResolver{values: values}, nil
}

type fileResolver struct{ values map[string]any }

// Validate implements kong.Resolver: every key must be a flag of the house.
func (f *fileResolver) Validate(a *kong.Application) error {
	known := map[string]bool{}
	for _, flag := range a.Flags {
		known[flag.Name] = true
	}
	for key := range f.values {
		if !known[key] {
			return fmt.Errorf("configuration file: there is no setting %q", key)
		}
	}
	return nil
}

// Resolve implements kong.Resolver. The environment wins over the file.
func (f *fileResolver) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Tag.Envs {
		if _, set := os.LookupEnv(name); set {
			return nil, nil
		}
	}
	v, ok := f.values[flag.Name]
	if !ok {
		return nil, nil
	}
	if list, ok := v.([]any); ok {
		parts := make([]string, len(list))
		for i, x := range list {
			parts[i] = fmt.Sprint(x)
		}
		return strings.Join(parts, ","), nil
	}
	return v, nil
}
