package app

import (
	"fmt"
	"io"
	"strings"

	"github.com/BurntSushi/toml"
)

// ReadConfigFile reads a TOML file whose keys are the long names of flags, and
// gives their values as the flags take them:
//
//	base-url = "https://mofa.example"
//	trusted-proxies = ["10.0.0.0/8"]
func ReadConfigFile(r io.Reader) (map[string]string, error) {
	var values map[string]any
	if _, err := toml.NewDecoder(r).Decode(&values); err != nil {
		return nil, fmt.Errorf("configuration file: %w", err)
	}
	out := make(map[string]string, len(values))
	for key, v := range values {
		list, ok := v.([]any)
		if !ok {
			out[key] = fmt.Sprint(v)
			continue
		}
		parts := make([]string, len(list))
		for i, x := range list {
			parts[i] = fmt.Sprint(x)
		}
		out[key] = strings.Join(parts, ",")
	}
	return out, nil
}
