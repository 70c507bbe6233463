// Command sifara is the whole house in one program: it serves the public site,
// the console and the API, and does what operators and analysts do on the
// command line.
package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"sifara/internal/app"
	"sifara/internal/command"
)

// line is the command line.
type line struct {
	app.Config
	ConfigFile string `name:"config-file" help:"Configuration file (TOML) with the long names of the flags." env:"SIFARA_CONFIG_FILE" placeholder:"FILE"`

	Serve   serveCmd   `cmd:"" help:"Serve the site, the console and the API."`
	Init    initCmd    `cmd:"" help:"Set up a ministry: its names, its country, its first administrator."`
	Migrate migrateCmd `cmd:"" help:"Bring the database schema up to this version."`
	Doctor  doctorCmd  `cmd:"" help:"Check that everything the house needs is there and sound."`
	Backup  backupCmd  `cmd:"" help:"Write a backup while the house is running."`
	Restore restoreCmd `cmd:"" help:"Restore a backup into an empty data folder."`
	User    userCmd    `cmd:"" help:"Manage who may sign in."`
	Listen  listenCmd  `cmd:"" help:"Import, search and watch posts."`
	Letters lettersCmd `cmd:"" name:"newsletter" help:"Newsletters: subscribers, sending, bounces."`
	Text    textCmd    `cmd:"" help:"Languages, spellings and stems of texts, one a line on standard input."`
	Audit   auditCmd   `cmd:"" help:"The record nobody can quietly change."`
	Vault   vaultCmd   `cmd:"" help:"The keys by which secrets are sealed in the database."`
	Verify  verifyCmd  `cmd:"" help:"Check offline that a text is ours, from its proof, or watch a log."`
	Log     logCmd     `cmd:"" help:"The public log: its keys and its witnesses."`
	Publish publishCmd `cmd:"" help:"Check the tone of texts, see calendar and campaigns, pause and resume, export the public site."`
	Demo    demoCmd    `cmd:"" help:"The demonstration ministry."`
	Config_ configCmd  `cmd:"" name:"config" help:"Print the configuration in force, secrets hidden."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var l line
	chosen, err := command.New("sifara", "Digital diplomacy for a ministry and its missions.", &l).Parse(os.Args[1:], os.Stdout, l.file)
	if u, ok := errors.AsType[*command.Usage](err); ok {
		fmt.Fprintln(os.Stderr, "sifara: "+u.Text)
		os.Exit(2)
	}
	if err != nil {
		// Its file of configuration cannot be read.
		fmt.Fprintln(os.Stderr, "sifara: "+app.Explain(err))
		os.Exit(2)
	}
	if err := act(ctx, chosen, &l.Config); err != nil {
		if !errors.Is(err, errReported) {
			fmt.Fprintln(os.Stderr, "sifara: "+app.Explain(err))
		}
		os.Exit(app.ExitCode(err))
	}
}

// file reads the configuration file: the one named, which must be there, or
// sifara.toml in the folder that the environment names, which may be.
func (l *line) file() (map[string]string, error) {
	path, named := l.ConfigFile, true
	if path == "" {
		path, named = os.Getenv("SIFARA_CONFIG_FILE"), true
	}
	if path == "" {
		path, named = filepath.Join(os.Getenv("SIFARA_DATA"), "sifara.toml"), false
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) && !named {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return app.ReadConfigFile(f)
}

// act runs the command that was chosen; nil asked for help only.
func act(ctx context.Context, chosen any, c *app.Config) error {
	switch x := chosen.(type) {
	case interface {
		Run(ctx context.Context, c *app.Config) error
	}:
		return x.Run(ctx, c)
	case interface {
		Run(ctx context.Context) error
	}:
		return x.Run(ctx)
	case interface{ Run(c *app.Config) error }:
		return x.Run(c)
	case interface{ Run() error }:
		return x.Run()
	}
	return nil
}

// errReported ends a command that has already said what is wrong.
var errReported = errors.New("reported")
