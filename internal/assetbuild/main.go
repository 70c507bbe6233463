// Command assetbuild makes the styles, scripts, fonts and pictures of the
// pages: it cuts fonts and draws the map with the scripts in assets/build,
// bundles assets/styles and assets/scripts with esbuild, names every file by
// its content, compresses it, and writes all to internal/web/static/dist,
// from where package static embeds it.
//
// Run it in the root of the repository after `npm ci` in assets:
//
//	go run ./internal/assetbuild
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	root := flag.String("root", ".", "root of the repository")
	flag.Parse()
	b := &build{assets: filepath.Join(*root, "assets"), dist: filepath.Join(*root, "internal/web/static/dist"), names: map[string]string{}}
	if err := b.run(); err != nil {
		fmt.Fprintln(os.Stderr, "assetbuild:", err)
		os.Exit(1)
	}
}

// build is one run.
type build struct {
	assets string
	dist   string
	names  map[string]string // plain name → hashed name
	sizes  []string
}

func (b *build) run() error {
	if _, err := os.Stat(filepath.Join(b.assets, "node_modules")); err != nil {
		return errors.New("assets/node_modules is missing: run `npm ci` in assets first")
	}
	for _, step := range []func() error{b.generate, b.clean, b.bundle, b.pictures, b.offline, b.manifest} {
		if err := step(); err != nil {
			return err
		}
	}
	slices.Sort(b.sizes)
	fmt.Println(strings.Join(b.sizes, "\n"))
	return nil
}

// generate runs the scripts that make fonts and the map.
func (b *build) generate() error {
	for _, script := range []string{"build/fonts.mjs", "build/world.mjs"} {
		cmd := exec.Command("node", script)
		cmd.Dir = b.assets
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("node %s: %w", script, err)
		}
	}
	return nil
}

// clean empties dist but for the marker that keeps it in the repository.
func (b *build) clean() error {
	if err := os.MkdirAll(b.dist, 0o755); err != nil {
		return err
	}
	entries, err := os.ReadDir(b.dist)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == ".gitkeep" {
			continue
		}
		if err := os.RemoveAll(filepath.Join(b.dist, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// bundle runs esbuild over the style sheets and scripts.
func (b *build) bundle() error {
	assets, err := filepath.Abs(b.assets)
	if err != nil {
		return err
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir: assets,
		EntryPoints:   []string{"styles/site.css", "styles/console.css", "scripts/site.js", "scripts/console.js"},
		Outdir:        "gen/out",
		Bundle:        true,
		Splitting:     true,
		Format:        api.FormatESModule,
		// nesting, :is(), popover and dialog are in all browsers since these
		Target:            api.ES2022,
		Engines:           []api.Engine{{Name: api.EngineChrome, Version: "114"}, {Name: api.EngineFirefox, Version: "115"}, {Name: api.EngineSafari, Version: "16"}},
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsNone,
		EntryNames:        "[name]-[hash]",
		ChunkNames:        "[name]-[hash]",
		AssetNames:        "[name]-[hash]",
		PublicPath:        "/static/",
		Loader:            map[string]api.Loader{".woff2": api.LoaderFile, ".svg": api.LoaderDataURL},
		Metafile:          true,
		LogLevel:          api.LogLevelWarning,
	})
	if len(result.Errors) > 0 {
		return fmt.Errorf("esbuild: %d errors", len(result.Errors))
	}
	if err := b.remember(result.Metafile); err != nil {
		return err
	}
	for _, f := range result.OutputFiles {
		if err := b.write(filepath.Base(f.Path), f.Contents); err != nil {
			return err
		}
	}
	return nil
}

// remember reads from esbuild's report which output came from which source.
func (b *build) remember(metafile string) error {
	var meta struct {
		Outputs map[string]struct {
			EntryPoint string
			Inputs     map[string]struct{}
		}
	}
	if err := json.Unmarshal([]byte(metafile), &meta); err != nil {
		return fmt.Errorf("esbuild's report: %w", err)
	}
	for out, o := range meta.Outputs {
		source := o.EntryPoint
		if filepath.Ext(out) == ".woff2" {
			for in := range o.Inputs {
				source = in
			}
		}
		if source != "" && filepath.Ext(source) == filepath.Ext(out) {
			b.names[filepath.Base(source)] = filepath.Base(out)
		}
	}
	return nil
}

// pictures copies files that pages name themselves, and the licences of what
// is bundled.
func (b *build) pictures() error {
	for _, source := range []string{"gen/world.svg", "icon.svg", "licences.txt"} {
		data, err := os.ReadFile(filepath.Join(b.assets, source))
		if err != nil {
			return err
		}
		if err := b.named(filepath.Base(source), data); err != nil {
			return err
		}
	}
	return nil
}

// offline makes the page that checks a proof without a network: one HTML file
// with style, script and words in it, so that it works from a disk.
func (b *build) offline() error {
	page, err := os.ReadFile(filepath.Join(b.assets, "offline/page.html"))
	if err != nil {
		return err
	}
	assets, err := filepath.Abs(b.assets)
	if err != nil {
		return err
	}
	for mark, entry := range map[string]string{"/*STYLE*/": "offline/page.css", "/*SCRIPT*/": "offline/page.js"} {
		result := api.Build(api.BuildOptions{
			AbsWorkingDir: assets, EntryPoints: []string{entry}, Bundle: true, Format: api.FormatIIFE, Target: api.ES2022, Charset: api.CharsetUTF8,
			MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true, LegalComments: api.LegalCommentsNone, LogLevel: api.LogLevelWarning,
		})
		if len(result.Errors) > 0 || len(result.OutputFiles) != 1 {
			return fmt.Errorf("esbuild: %s: %d errors", entry, len(result.Errors))
		}
		inside := bytes.ReplaceAll(bytes.TrimSpace(result.OutputFiles[0].Contents), []byte("</"), []byte(`<\/`))
		if bytes.Count(page, []byte(mark)) != 1 {
			return fmt.Errorf("offline/page.html has no place for %s", entry)
		}
		page = bytes.Replace(page, []byte(mark), inside, 1)
	}
	return b.named("verify.html", page)
}

// named writes a file under a name with the hash of its content.
func (b *build) named(name string, data []byte) error {
	ext := filepath.Ext(name)
	sum := sha256.Sum256(data)
	hashed := strings.TrimSuffix(name, ext) + "-" + base32.StdEncoding.EncodeToString(sum[:5]) + ext
	b.names[name] = hashed
	return b.write(hashed, data)
}

// manifest is written last: a dist without it counts as not built.
func (b *build) manifest() error {
	data, err := json.MarshalIndent(b.names, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(b.dist, "manifest.json"), append(data, '\n'), 0o644)
}

// write puts a file into dist: fonts as they are, for they are compressed in
// themselves, everything else as Brotli only, which keeps the program small;
// package static unpacks it for who does not take that.
func (b *build) write(name string, data []byte) error {
	path := filepath.Join(b.dist, name)
	if filepath.Ext(name) == ".woff2" {
		b.sizes = append(b.sizes, fmt.Sprintf("%-40s %7.1f KB", name, kb(len(data))))
		return os.WriteFile(path, data, 0o644)
	}
	var packed bytes.Buffer
	w := brotli.NewWriterLevel(&packed, brotli.BestCompression)
	if _, err := w.Write(data); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	b.sizes = append(b.sizes, fmt.Sprintf("%-40s %7.1f KB %7.1f brotli", name, kb(len(data)), kb(packed.Len())))
	return os.WriteFile(path+".br", packed.Bytes(), 0o644)
}

func kb(n int) float64 { return float64(n) / 1024 }
